package treaty

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"portsmouth"
)

// BundleFormat names the file format.
const BundleFormat = "portsmouth-bundle/1"

// MaxBundle is the largest file that ReadBundle reads, in bytes.
const MaxBundle = 16 << 20

// maxMarks bounds the commas and brackets of a file. Small empty objects grow twentyfold when read; a real text of the
// full size stays far below.
const maxMarks = 1_000_000

// Bundle is a signed text as a single file, with all that is needed to check it.
//
// Only what is signed is protected from intent: the document, the conference's id, and each signer's party, name and
// capacity. The seal covers every byte, but anybody can compute it anew: it protects from accident.
type Bundle struct {
	Format        string          `json:"format"`
	Conference    string          `json:"conference"`
	Title         portsmouth.Text `json:"title,omitempty"` // of the conference
	Document      Document        `json:"document"`
	Digest        Digest          `json:"digest"`
	Parties       []BundleParty   `json:"parties"`
	Signatures    []Signature     `json:"signatures"`
	Attestation   *Signature      `json:"attestation,omitempty"` // the mediator's
	Ratifications []Ratification  `json:"ratifications,omitempty"`
	InForce       time.Time       `json:"in_force,omitzero"`
	Seal          string          `json:"seal,omitempty"` // stays last: see sealOf
}

// BundleParty is a party that is to be bound.
type BundleParty struct {
	ID   string          `json:"id"`
	Name portsmouth.Text `json:"name"`
}

// Ratification is one party's ratification, as the venue noted it.
type Ratification struct {
	Party string    `json:"party"`
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Text  string    `json:"text,omitempty"`
}

// WriteBundle returns the file of b: it fills in format, digest and seal. It refuses what ReadBundle would not read, but
// asks for no signature: a text can be handed round while it is being signed.
func WriteBundle(b Bundle) ([]byte, error) {
	b.Format, b.Digest = BundleFormat, DigestOf(b.Document)
	if err := b.check(); err != nil {
		return nil, err
	}
	seal, err := b.sealOf()
	if err != nil {
		return nil, err
	}
	b.Seal = seal
	data, err := b.encode()
	if err != nil {
		return nil, err
	}
	if err := checkSize(data); err != nil {
		return nil, err
	}
	return data, nil
}

// ReadBundle reads the file of a bundle. There is one way to write a bundle, and a file that is written in any other
// (another order, other blanks or escapes, a field twice, anything after it) is refused. It checks form, not signatures:
// for these call Verify.
func ReadBundle(data []byte) (Bundle, error) {
	if err := checkSize(data); err != nil {
		return Bundle{}, err
	}
	var b Bundle
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return Bundle{}, portsmouth.Invalidf("bundle-json", "this is not a bundle: %v", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Bundle{}, portsmouth.Invalidf("bundle-json", "there is something after the end of the bundle")
	}
	if b.Format != BundleFormat {
		return Bundle{}, portsmouth.Invalidf("bundle-format", "format “%s” is not %s", clip(b.Format), BundleFormat)
	}
	again, err := b.encode()
	if err != nil {
		return Bundle{}, portsmouth.Invalidf("bundle-json", "this is not a bundle: %v", err)
	}
	if !bytes.Equal(again, data) {
		return Bundle{}, whyNotCanonical(data)
	}
	if err := b.check(); err != nil {
		return Bundle{}, err
	}
	return b, nil
}

func checkSize(data []byte) error {
	if len(data) > MaxBundle {
		return &portsmouth.Error{Kind: portsmouth.TooMany, Rule: "bundle-size", Message: "a bundle has at most 16 MiB"}
	}
	marks := 0
	for _, c := range data {
		if c == ',' || c == '{' || c == '[' {
			marks++
		}
	}
	if marks > maxMarks {
		return &portsmouth.Error{Kind: portsmouth.TooMany, Rule: "bundle-size", Message: "this bundle has too many parts"}
	}
	return nil
}

// encode is the one way to write a bundle: fields in the order of the struct, maps by ascending key, two blanks a level,
// times in UTC, no needless escapes, one line feed at the end.
func (b Bundle) encode() ([]byte, error) {
	b = b.normal()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(b); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// normal returns a copy with the times in UTC and no list absent.
func (b Bundle) normal() Bundle {
	b.Document.Languages = append([]string{}, b.Document.Languages...)
	b.Document.Articles = append([]Article{}, b.Document.Articles...)
	b.Parties = append([]BundleParty{}, b.Parties...)
	b.Signatures = append([]Signature{}, b.Signatures...)
	b.Ratifications = append([]Ratification(nil), b.Ratifications...)
	for k := range b.Signatures {
		b.Signatures[k].At = b.Signatures[k].At.UTC()
	}
	for k := range b.Ratifications {
		b.Ratifications[k].At = b.Ratifications[k].At.UTC()
	}
	if b.Attestation != nil {
		a := *b.Attestation
		a.At = a.At.UTC()
		b.Attestation = &a
	}
	b.InForce = b.InForce.UTC()
	return b
}

// sealOf is the SHA-256 of the file as it would be without the seal. As the seal is the last field, a checker in another
// language cuts it off and need not write JSON.
func (b Bundle) sealOf() (string, error) {
	b.Seal = ""
	data, err := b.encode()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// whyNotCanonical looks for the most telling reason: a field that is there twice, of which readers see different ones.
func whyNotCanonical(data []byte) error {
	if key, twice := duplicateKey(data); twice {
		return portsmouth.Invalidf("bundle-duplicate", "the field “%s” is there twice", clip(key))
	}
	return portsmouth.Invalidf("bundle-canonical", "the file is not written as this format is written: it was changed, or another program has rewritten it")
}

func duplicateKey(data []byte) (string, bool) {
	type level struct {
		keys  map[string]bool // nil in an array
		value bool            // the next token is a value
	}
	var levels []level
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := dec.Token()
		if err != nil {
			return "", false
		}
		if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
			levels = levels[:len(levels)-1]
			continue
		}
		if n := len(levels) - 1; n >= 0 && levels[n].keys != nil {
			if !levels[n].value {
				key := token.(string)
				if levels[n].keys[key] {
					return key, true
				}
				levels[n].keys[key], levels[n].value = true, true
				continue
			}
			levels[n].value = false
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{keys: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		}
	}
}
