package store_test

import (
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/internal/store/storetest"
)

func TestTheRecordIsNeverChanged(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		a := storetest.Add("c", 0, "one")
		a.Leaves = []conference.Leaf{{Body: []byte("genesis"), Hashes: [][32]byte{{1}}}}
		add(t, s, a)
		for _, statement := range []string{
			`UPDATE leaf SET number = 1`, `DELETE FROM leaf`, `UPDATE leaf_hash SET place = 1`, `DELETE FROM leaf_hash`,
		} {
			if err := s.Tamper(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}
