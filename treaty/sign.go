package treaty

import (
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"portsmouth"
)

// Attestor is the party under which the mediator's attestation is signed. No party can have this id.
const Attestor = "mediator"

// Signature is one person's signature under a text, by the person's own key. At is what the venue noted; it is not signed.
type Signature struct {
	Party     string    `json:"party"` // Attestor for the mediator
	Name      string    `json:"name"`
	Capacity  string    `json:"capacity"` // "Minister for Foreign Affairs, Plenipotentiary"; may be empty
	PublicKey []byte    `json:"public_key"`
	Sig       []byte    `json:"sig"`
	At        time.Time `json:"at"`
}

// SigningStatement returns the bytes that an Ed25519 key signs: six items, each its length in bytes in decimal, a colon,
// the bytes and a line feed: "portsmouth-signature/1", the conference's id, the party, the person's name, the capacity in
// which the person signs, and the digest in lower-case hexadecimal. Strings are UTF-8 as given; nothing is trimmed or
// normalised. The same in a browser:
//
//	const item = s => { const b = new TextEncoder().encode(s); return [...new TextEncoder().encode(b.length + ":"), ...b, 10] }
//	const statement = new Uint8Array(["portsmouth-signature/1", conference, party, name, capacity, digest].flatMap(item))
//	const sig = await crypto.subtle.sign("Ed25519", key, statement)
func SigningStatement(conference, party, name, capacity string, d Digest) []byte {
	var b items
	b.add(signatureTag, conference, party, name, capacity, d.String())
	return b
}

// Sign signs the statement with key. Party, Name, Capacity and At are taken from as.
func Sign(key ed25519.PrivateKey, conference string, as Signature, d Digest) Signature {
	as.PublicKey = []byte(key.Public().(ed25519.PublicKey))
	as.Sig = ed25519.Sign(key, SigningStatement(conference, as.Party, as.Name, as.Capacity, d))
	return as
}

// Verify reports why s is not a valid signature under the text with digest d in that conference; nil when it is. It says
// nothing of whose key it is.
func (s Signature) Verify(conference string, d Digest) error {
	if len(s.PublicKey) != ed25519.PublicKeySize || len(s.Sig) != ed25519.SignatureSize {
		return portsmouth.Invalidf("signature-form", "the key must have %d bytes and the signature %d", ed25519.PublicKeySize, ed25519.SignatureSize)
	}
	if weakKey(s.PublicKey) {
		return portsmouth.Refuse("signature-key", "this key proves nothing: anybody can make signatures that it accepts")
	}
	if !ed25519.Verify(s.PublicKey, SigningStatement(conference, s.Party, s.Name, s.Capacity, d), s.Sig) {
		return portsmouth.Refuse("signature", "the signature of %s does not match this text, name and capacity", clip(s.Name))
	}
	return nil
}

// weakKeys are the points of small order, in every encoding, without the sign bit. With such a key a signature can be
// made that fits any text whatever, so that a signer could later disown it (Chalkias, Garillot, Nikolaenko 2020, table 1).
var weakKeys = map[string]bool{
	"0000000000000000000000000000000000000000000000000000000000000000": true,
	"0100000000000000000000000000000000000000000000000000000000000000": true,
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": true,
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": true,
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": true,
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": true,
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": true,
}

func weakKey(key []byte) bool {
	k := [32]byte(key)
	k[31] &= 0x7f
	return weakKeys[hex.EncodeToString(k[:])]
}
