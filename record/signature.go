package record

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// signature is one signature line of a note: "— name base64", where the bytes are four of the key's hash and the rest.
type signature struct {
	name string
	hash uint32
	raw  []byte // without the hash
}

// maxSignatures bounds the signatures under one checkpoint: package note reads no more either.
const maxSignatures = 100

const signatureDash = "— " // U+2014

// line is how the signature is written, with its line feed.
func (s signature) line() string {
	raw := append(binary.BigEndian.AppendUint32(nil, s.hash), s.raw...)
	return signatureDash + s.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// readSignature reads a line without its line feed.
func readSignature(line string) (signature, error) {
	rest, is := strings.CutPrefix(line, signatureDash)
	name, coded, cut := strings.Cut(rest, " ")
	if !is || !cut || !witnessName.MatchString(name) {
		return signature{}, errors.New("a signature is a dash, a name and base64")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(coded)
	if err != nil || len(raw) < 5 || strings.ContainsAny(coded, "\r\n") {
		return signature{}, fmt.Errorf("the signature of %s is not written in the one way that it can be", name)
	}
	return signature{name, binary.BigEndian.Uint32(raw), raw[4:]}, nil
}

// readSignatures reads the lines under a text. No key signs it twice.
func readSignatures(lines []string) ([]signature, error) {
	if len(lines) > maxSignatures {
		return nil, fmt.Errorf("there are more than %d signatures", maxSignatures)
	}
	type keyed struct {
		name string
		hash uint32
	}
	seen := map[keyed]bool{}
	signed := make([]signature, 0, len(lines))
	for _, line := range lines {
		s, err := readSignature(line)
		if err != nil {
			return nil, err
		}
		key := keyed{s.name, s.hash}
		if seen[key] {
			return nil, fmt.Errorf("%s has signed twice", s.name)
		}
		seen[key] = true
		signed = append(signed, s)
	}
	return signed, nil
}
