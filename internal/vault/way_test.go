package vault_test

import (
	"bytes"
	"testing"

	"portsmouth"
)

// TestWaysAreSealedWhereTheyAre: what wraps a secret tells nothing of itself, and opens for nobody else.
func TestWaysAreSealedWhereTheyAre(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		ctx, raw := t.Context(), openStore(t, url)
		v := openVault(t, raw)
		if ways, version, err := v.Ways(ctx, "witte"); err != nil || ways != nil || version != 0 {
			t.Fatalf("%q %d %v", ways, version, err)
		}
		text := []byte(`{"list":[{"kind":"passphrase"}]}`)
		put, err := v.PutWays(ctx, "witte", text, 0)
		ok(t, err)
		got, version, err := v.Ways(ctx, "witte")
		ok(t, err)
		if !put || !bytes.Equal(got, text) || version != 1 {
			t.Fatalf("%v %q %d", put, got, version)
		}
		sealed, _, err := raw.Ways(ctx, "witte")
		ok(t, err)
		if bytes.Contains(sealed, []byte("passphrase")) || len(sealed) < 256 {
			t.Errorf("the row is %q", sealed)
		}
		_, err = raw.PutWays(ctx, "komura", sealed, 0)
		ok(t, err)
		if _, _, err := v.Ways(ctx, "komura"); portsmouth.RuleOf(err) != "vault-open" {
			t.Errorf("a row that was moved to another person opened: %v", err)
		}
		again := openVault(t, raw)
		if got, _, err := again.Ways(ctx, "witte"); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%q %v", got, err)
		}
	})
}
