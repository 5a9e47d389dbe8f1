package lock

import "encoding/hex"

// A passkey with the extension "prf" (WebAuthn Level 3, section 10.1.4) answers an input with 32 bytes that only it knows,
// and always the same ones.

// PRFInput is what passkeys are asked to answer.
const PRFInput = "portsmouth reading key 1"

// prfSize is the length of their answer.
const prfSize = 32

// WrapPRF wraps the secret of a person by a passkey's answer to [PRFInput].
func WrapPRF(answer []byte, s Secret, person string, passkey []byte) ([]byte, error) {
	key, err := prfKey(answer)
	if err != nil {
		return nil, err
	}
	return key.Wrap(s, "passkey", person, hex.EncodeToString(passkey))
}

// OpenPRF opens what WrapPRF wrapped for that person and passkey, or returns ErrLocked.
func OpenPRF(answer, wrapped []byte, person string, passkey []byte) (Secret, error) {
	key, err := prfKey(answer)
	if err != nil {
		return Secret{}, err
	}
	return key.Unwrap(wrapped, "passkey", person, hex.EncodeToString(passkey))
}

func prfKey(answer []byte) (Key, error) {
	if len(answer) != prfSize {
		return Key{}, ErrLocked
	}
	return derive(answer, "portsmouth passkey prf 1")
}
