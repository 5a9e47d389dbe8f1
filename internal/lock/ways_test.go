package lock

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

func waysOK(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stillLocked wants that something did not open.
func stillLocked(t *testing.T, what string, s Secret, err error) {
	t.Helper()
	if !errors.Is(err, ErrLocked) || s != (Secret{}) {
		t.Errorf("%s: %x, %v", what, s, err)
	}
}

func TestAPassphraseOpensWhatItWrapped(t *testing.T) {
	ctx, s := t.Context(), NewSecret()
	wrapped, err := WrapPassphrase(ctx, "le café d’été est fermé", s, "witte")
	waysOK(t, err)
	// The same letters, as another keyboard composes them and with other blanks.
	got, err := OpenPassphrase(ctx, " le cafe\u0301 d’e\u0301te\u0301\u00a0 est ferme\u0301", wrapped, "witte")
	waysOK(t, err)
	if got != s {
		t.Error("another secret came back")
	}
	if bytes.Contains(wrapped, s[:]) {
		t.Error("the secret lies open")
	}
	got, err = OpenPassphrase(ctx, "le café d’été est ferme", wrapped, "witte")
	stillLocked(t, "another passphrase", got, err)
	got, err = OpenPassphrase(ctx, "le café d’été est fermé", wrapped, "komura")
	stillLocked(t, "another person", got, err)
	for _, at := range []int{1 + 4 + 4 + 1, costSize - 1, costSize, costSize + 1, len(wrapped) - 1} { // salt, form, nonce, tag
		changed := slices.Clone(wrapped)
		changed[at] ^= 1
		got, err = OpenPassphrase(ctx, "le café d’été est fermé", changed, "witte")
		stillLocked(t, "a changed byte", got, err)
	}
	again, err := WrapPassphrase(ctx, "le café d’été est fermé", s, "witte")
	waysOK(t, err)
	if bytes.Equal(again[:costSize], wrapped[:costSize]) {
		t.Error("the salt is the same twice")
	}
}

// TestTheCostIsBounded: what is read neither makes guessing cheap nor takes all memory, and is refused before it costs anything.
func TestTheCostIsBounded(t *testing.T) {
	good := cost{Memory: newMemory, Time: newTime, Lanes: newLanes}
	if newMemory != 131072 || newTime != 3 || newLanes != 1 || !good.bounded() {
		t.Fatalf("%+v", good)
	}
	tail := make([]byte, 61)
	for what, c := range map[string]cost{
		"little memory": {Memory: leastMemory - 1, Time: 3, Lanes: 1},
		"much memory":   {Memory: mostMemory + 1, Time: 3, Lanes: 1},
		"no pass":       {Memory: newMemory, Time: 0, Lanes: 1},
		"many passes":   {Memory: newMemory, Time: mostTime + 1, Lanes: 1},
		"no lane":       {Memory: newMemory, Time: 3},
		"many lanes":    {Memory: newMemory, Time: 3, Lanes: mostLanes + 1},
	} {
		got, err := OpenPassphrase(t.Context(), "x", append(c.write(), tail...), "witte")
		stillLocked(t, what, got, err)
	}
	for n := range costSize {
		got, err := OpenPassphrase(t.Context(), "x", good.write()[:n], "witte")
		stillLocked(t, "a short row", got, err)
	}
	if memory := binary.BigEndian.Uint32(good.write()[1:]); memory != newMemory {
		t.Errorf("%d KiB are written", memory)
	}
}

// TestOneAtATime: who waits for the memory can leave.
func TestOneAtATime(t *testing.T) {
	stretching <- struct{}{}
	defer func() { <-stretching }()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := WrapPassphrase(ctx, "anything at all", Secret{}, "witte"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestACodeIsReadLeniently(t *testing.T) {
	s, code := NewSecret(), NewCode()
	groups := strings.Split(code, "-")
	if len(groups) != 7 || len(code) != 7*4+6 || strings.ContainsAny(code, "ILOU") {
		t.Fatalf("the code %q", code)
	}
	wrapped, err := WrapCode(code, s, "witte")
	waysOK(t, err)
	byHand := strings.NewReplacer("0", "o", "1", "l").Replace(code)
	for _, typed := range []string{
		code, strings.ToLower(code), strings.Join(groups, " "), strings.Join(groups, ""), " " + strings.Join(groups, " – ") + "\n",
		byHand, strings.ToUpper(byHand), strings.ReplaceAll(code, "1", "I"), strings.Join(groups, "\u00a0"),
	} {
		got, err := OpenCode(typed, wrapped, "witte")
		if err != nil || got != s {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for what, typed := range map[string]string{
		"nothing": "", "another": NewCode(), "a letter short": code[1:], "a letter long": code + "7", "no letter": code[:len(code)-1] + "U",
	} {
		got, err := OpenCode(typed, wrapped, "witte")
		stillLocked(t, what, got, err)
	}
	got, err := OpenCode(code, wrapped, "komura")
	stillLocked(t, "another person", got, err)
	for at := range wrapped {
		changed := slices.Clone(wrapped)
		changed[at] ^= 1
		got, err := OpenCode(code, changed, "witte")
		stillLocked(t, "a changed byte", got, err)
	}
	if _, err := WrapCode("too short", s, "witte"); !errors.Is(err, ErrLocked) {
		t.Errorf("a secret was wrapped by a short code: %v", err)
	}
}

// TestCodesHaveAllLetters: each letter of the alphabet comes, and about as often as any other.
func TestCodesHaveAllLetters(t *testing.T) {
	counts, seen := map[rune]int{}, map[string]bool{}
	for range 1000 {
		code := NewCode()
		seen[code] = true
		for _, r := range strings.ReplaceAll(code, "-", "") {
			counts[r]++
		}
	}
	if len(counts) != 32 || len(seen) != 1000 {
		t.Fatalf("%d letters, %d codes", len(counts), len(seen))
	}
	for r, n := range counts {
		if n < 700 || n > 1050 { // 875 are expected, with a deviation of 29
			t.Errorf("%c came %d times of 28000", r, n)
		}
	}
}

func TestAPasskeyOpensWhatItWrapped(t *testing.T) {
	s, answer, id := NewSecret(), bytes.Repeat([]byte{7}, 32), []byte{1, 2}
	wrapped, err := WrapPRF(answer, s, "witte", id)
	waysOK(t, err)
	got, err := OpenPRF(answer, wrapped, "witte", id)
	waysOK(t, err)
	if got != s {
		t.Error("another secret came back")
	}
	other := bytes.Repeat([]byte{8}, 32)
	for what, try := range map[string]func() (Secret, error){
		"another answer":  func() (Secret, error) { return OpenPRF(other, wrapped, "witte", id) },
		"a short answer":  func() (Secret, error) { return OpenPRF(answer[:31], wrapped, "witte", id) },
		"no answer":       func() (Secret, error) { return OpenPRF(nil, wrapped, "witte", id) },
		"another person":  func() (Secret, error) { return OpenPRF(answer, wrapped, "komura", id) },
		"another passkey": func() (Secret, error) { return OpenPRF(answer, wrapped, "witte", []byte{1}) },
		"nothing wrapped": func() (Secret, error) { return OpenPRF(answer, nil, "witte", id) },
	} {
		got, err := try()
		stillLocked(t, what, got, err)
	}
	if _, err := WrapPRF(answer[:16], s, "witte", id); !errors.Is(err, ErrLocked) {
		t.Errorf("a secret was wrapped by half an answer: %v", err)
	}
}

func TestAKeyWrapsForOnePlace(t *testing.T) {
	k, s := Key(NewSecret()), NewSecret()
	wrapped, err := k.Wrap(s, "session", "witte")
	waysOK(t, err)
	got, err := k.Unwrap(wrapped, "session", "witte")
	waysOK(t, err)
	if got != s {
		t.Error("another secret came back")
	}
	for _, place := range [][]string{{"session", "komura"}, {"sessionwitte"}, {"witte", "session"}, nil} {
		got, err := k.Unwrap(wrapped, place...)
		stillLocked(t, strings.Join(place, " "), got, err)
	}
	got, err = Key(s).Unwrap(wrapped, "session", "witte")
	stillLocked(t, "another key", got, err)
}
