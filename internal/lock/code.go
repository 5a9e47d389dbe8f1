package lock

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// A recovery code is written down by hand and read back by hand: 140 random bits in groups of four, from an alphabet in which
// no two letters look alike (Crockford's base 32: no I, L, O, U).

const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLetters  = 28
	codeGroup    = 4
)

// NewCode returns a new recovery code, such as "7KQ2-…", in seven groups of four.
func NewCode() string {
	var random [codeLetters]byte
	_, _ = rand.Read(random[:])
	var b strings.Builder
	for k, r := range random {
		if k > 0 && k%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[int(r)%len(codeAlphabet)]) // 256 is a multiple of 32: no letter comes more often
	}
	return b.String()
}

// misread are the letters that a hand writes for those of the alphabet.
var misread = strings.NewReplacer("O", "0", "I", "1", "L", "1")

// ReadCode reads a recovery code as it is typed: small letters or capitals, with or without blanks and dashes, an O for a
// zero. Whole is false when letters are missing, too many or of no code.
func ReadCode(typed string) (code string, whole bool) {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
	kept = misread.Replace(kept)
	return kept, len(kept) == codeLetters && strings.Trim(kept, codeAlphabet) == ""
}

// WrapCode wraps the secret of a person by a recovery code.
func WrapCode(code string, s Secret, person string) ([]byte, error) {
	key, err := codeKey(code)
	if err != nil {
		return nil, err
	}
	return key.Wrap(s, "code", person)
}

// OpenCode opens what WrapCode wrapped for that person, or returns ErrLocked. The code is read as [ReadCode] does.
func OpenCode(code string, wrapped []byte, person string) (Secret, error) {
	key, err := codeKey(code)
	if err != nil {
		return Secret{}, err
	}
	return key.Unwrap(wrapped, "code", person)
}

func codeKey(typed string) (Key, error) {
	code, whole := ReadCode(typed)
	if !whole {
		return Key{}, ErrLocked
	}
	return derive([]byte(code), "portsmouth recovery code 1")
}
