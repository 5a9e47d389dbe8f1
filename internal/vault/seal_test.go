package vault

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"portsmouth/internal/lock"
)

func TestSealIsInverseToOpen(t *testing.T) {
	box, err := newBox(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "text")
		step := rapid.SampledFrom([]int{textStep, actStep}).Draw(t, "step")
		where := rapid.SliceOf(rapid.String()).Draw(t, "where")
		sealed := seal(box, text, step, where...)
		if got, err := open(box, sealed, where...); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%q, %v", got, err)
		}
		if _, err := open(box, sealed, append(where, "")...); err == nil {
			t.Fatal("it opens elsewhere")
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		sealed[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if _, err := open(box, sealed, where...); err == nil {
			t.Fatal("it opens though it was changed")
		}
	})
}

// The place of one text cannot be written as that of another by moving letters from one part to the next.
func TestPlacesAreApart(t *testing.T) {
	if bytes.Equal(lock.Place("ab", "c"), lock.Place("a", "bc")) || bytes.Equal(lock.Place("a", ""), lock.Place("a")) {
		t.Error("two places are one")
	}
}

// The sizes of sealed texts are few, and no text grows by more than an eighth and a step.
func TestSizesAreFew(t *testing.T) {
	for _, n := range []struct{ text, size int }{{1, 256}, {256, 256}, {257, 512}, {1000, 1024}, {10_000, 10_240}, {70_000, 71_680}, {1_000_000, 1_015_808}} {
		if got := padded(n.text, actStep); got != n.size {
			t.Errorf("%d bytes grow to %d, want %d", n.text, got, n.size)
		}
	}
	sizes := map[int]bool{}
	for n := 1; n <= 1<<20; n++ {
		size := padded(n, actStep)
		if size < n || size > n+n/8+actStep {
			t.Fatalf("%d bytes grow to %d", n, size)
		}
		sizes[size] = true
	}
	if len(sizes) > 250 {
		t.Errorf("%d sizes up to a mebibyte", len(sizes))
	}
	for _, name := range []string{"A", "Komura Jutarō", "Count Sergei Yulyevich Witte, Secretary of State"} {
		if got := len(pad([]byte(name), textStep)); got != textStep {
			t.Errorf("%s: %d", name, got)
		}
	}
}
