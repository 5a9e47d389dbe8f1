package record

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Format names the form of a record.
const Format = "portsmouth-record/1"

// Genesis is leaf 0. There is one way to write it: as JSON without blanks, with the fields in this order.
type Genesis struct {
	Format     string          `json:"format"`     // Format
	Conference string          `json:"conference"` // its id
	Origin     string          `json:"origin"`     // the name of the record
	Key        string          `json:"key"`        // the venue's key under this name
	At         int64           `json:"at"`         // milliseconds since 1970, UTC, by the conference's clock
	About      json.RawMessage `json:"about"`      // what is known of the conference: to this package, an object
}

// NewGenesis writes leaf 0 of a conference's record under this key. about becomes a JSON object; its field "policy", where
// there is one, is a Policy.
func (k *Key) NewGenesis(conference string, at int64, about any) ([]byte, error) {
	told, err := json.Marshal(about)
	if err != nil {
		return nil, fmt.Errorf("record: genesis: %w", err)
	}
	leaf, err := json.Marshal(Genesis{
		Format: Format, Conference: conference, Origin: k.Origin(conference), Key: k.Verifier(conference), At: at, About: told,
	})
	if err != nil {
		return nil, fmt.Errorf("record: genesis: %w", err)
	}
	g, err := ReadGenesis(leaf)
	if err == nil {
		_, err = g.Policy()
	}
	if err != nil {
		return nil, fmt.Errorf("record: genesis: %w", err)
	}
	return leaf, nil
}

// ReadGenesis reads leaf 0 and checks that it is written in the one way that it can be and that name and key belong
// together.
func ReadGenesis(leaf []byte) (Genesis, error) {
	var g Genesis
	if err := json.Unmarshal(leaf, &g); err != nil {
		return Genesis{}, errors.New("it cannot be read as JSON")
	}
	again, err := json.Marshal(g)
	if err != nil || !bytes.Equal(again, leaf) {
		return Genesis{}, errors.New("it is not written in the one way that it can be")
	}
	if g.Format != Format {
		return Genesis{}, fmt.Errorf("its format is %q, not %q", g.Format, Format)
	}
	if len(g.About) == 0 || g.About[0] != '{' {
		return Genesis{}, errors.New("it says nothing about the conference")
	}
	public, err := g.PublicKey()
	if err != nil {
		return Genesis{}, err
	}
	if g.Origin != originOf(public, g.Conference) || g.Key != verifierOf(public, g.Origin) {
		return Genesis{}, errors.New("the name of the record is not that of this key and this conference")
	}
	return g, nil
}

// PublicKey is the venue's Ed25519 public key, 32 bytes.
func (g *Genesis) PublicKey() ([]byte, error) {
	parts := strings.SplitN(g.Key, "+", 3) // base64 may hold a plus sign, the other two may not
	if len(parts) != 3 {
		return nil, errors.New("its key is not name, hash and key")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+32 || raw[0] != 1 {
		return nil, errors.New("its key is no Ed25519 key")
	}
	return raw[1:], nil
}
