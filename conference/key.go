package conference

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"time"

	"portsmouth"
)

// Keys: what a person signs, witnesses and reads with. A key is declared before all, and in a conference that the public
// knows it is a leaf of the record, so that a key which the venue slipped in would be seen by whose it is said to be.

// What a key is for.
const (
	KeySigning = "signing" // signs texts: an Ed25519 key, or that of a passkey
	KeyWitness = "witness" // cosigns checkpoints of the record: a verifier key as C2SP signed-note writes it
	KeyRoom    = "room"    // reads what is kept encrypted for a room: an X25519 key
)

// KeyPurposes lists what a key can be for.
var KeyPurposes = []string{KeySigning, KeyWitness, KeyRoom}

// DeclareKey declares a public key of one's own. A person has one of a purpose, and a delegation one of a witness: a new one
// takes the place of the last.
type DeclareKey struct {
	Purpose string `json:"purpose"`
	Key     string `json:"key"`            // PEM or base64; of a witness "name+hash+base64"
	Name    string `json:"name,omitempty"` // what its holder calls it
}

// RetractKey takes one's own key back.
type RetractKey struct {
	Purpose string `json:"purpose"`
}

// KeyDeclared is a person's public key, in one way of writing: base64 of the key's bytes, of a witness "name+hash+base64".
type KeyDeclared struct {
	Person  string          `json:"person"`
	Party   string          `json:"party,omitempty"`
	Role    portsmouth.Role `json:"role"`
	Purpose string          `json:"purpose"`
	Key     string          `json:"key"`
	Name    string          `json:"name,omitempty"`
}

// KeyRetracted says that a key is no longer its holder's.
type KeyRetracted struct {
	Person  string `json:"person"`
	Purpose string `json:"purpose"`
}

// DeclaredKey is a key and the time for which it is, or was, its holder's.
type DeclaredKey struct {
	KeyDeclared
	ID    string // of the act
	At    time.Time
	Until time.Time // when it was replaced or retracted; zero while it holds
}

// PublicKey is a key as the public record has it. Whose it is, is said of those whom the notice names and of observers, who
// would be witnesses; of others only the delegation.
type PublicKey struct {
	Purpose string          `json:"purpose"`
	Key     string          `json:"key"`
	Party   string          `json:"party,omitempty"`
	Role    portsmouth.Role `json:"role,omitempty"`
	Name    string          `json:"name,omitempty"` // of the person
}

func (d *deciding) declareKey(c DeclareKey) error {
	key, err := ReadKey(c.Purpose, c.Key)
	if err != nil {
		return err
	}
	if c.Name != "" {
		if err := line("the key's name", c.Name); err != nil {
			return err
		}
	}
	if err := d.mayHold(c.Purpose); err != nil {
		return err
	}
	if err := d.freshKey(c.Purpose, key); err != nil {
		return err
	}
	if c.Purpose == KeyWitness {
		if err := d.freeName(key); err != nil {
			return err
		}
	}
	d.emit(ToPlenary, KeyDeclared{
		Person: d.meta.By, Party: d.viewer.Party, Role: d.viewer.Role, Purpose: c.Purpose, Key: key, Name: strings.TrimSpace(c.Name),
	})
	return nil
}

// freshKey: no two people hold one key, whatever they call it. A key that holds no more is in nobody's way: whoever declared
// it may not have been its owner. An observer sees the keys that are public.
func (d *deciding) freshKey(purpose, key string) error {
	if purpose == KeyWitness && d.labelTaken(key) {
		return portsmouth.Refuse("key-label", "another key of a witness with this name and hash has been declared; give yours another name")
	}
	for _, k := range d.Keys {
		switch own := k.Person == d.meta.By; {
		case !k.Until.IsZero():
		case !own && material(k.Purpose, k.Key) == material(purpose, key):
			return portsmouth.Refuse("own-key", "this key is another's; everybody has keys of their own")
		case k.Key == key && k.Purpose == purpose:
			return portsmouth.Refuse("key-once", "this key has been declared already")
		}
	}
	for _, k := range d.public().Keys {
		if d.viewer.Role == portsmouth.Observer && material(k.Purpose, k.Key) == material(purpose, key) {
			return portsmouth.Refuse("key-once", "this key has been declared already")
		}
	}
	return nil
}

// labelTaken reports whether another key of a witness ever had the name and hash of this one, by which signatures are told
// apart. The hash has four bytes: it takes minutes to find a key with that of another's.
func (d *deciding) labelTaken(key string) bool {
	label := strings.TrimSuffix(key, material(KeyWitness, key))
	same := func(k PublicKey) bool {
		return k.Purpose == KeyWitness && k.Key != key && strings.HasPrefix(k.Key, label)
	}
	return slices.ContainsFunc(d.Keys, func(k *DeclaredKey) bool { return same(PublicKey{Purpose: k.Purpose, Key: k.Key}) }) ||
		slices.ContainsFunc(d.Publications, func(p Publication) bool { return slices.ContainsFunc(p.Keys, same) })
}

// recordName begins the name under which a venue signs a record: a witness of that name would be taken for it.
const recordName = "portsmouth/"

// freeName: a witness has not the name of a record; an observer, who counts by the name in the key, nor that of a party or
// of another witness.
func (d *deciding) freeName(key string) error {
	public, own, name := d.public(), d.key(d.meta.By, KeyWitness), keyName(key)
	if strings.HasPrefix(name, recordName) {
		return portsmouth.Refuse("witness-name", "“%s” is the name of a record; give your key another", name)
	}
	if d.viewer.Role != portsmouth.Observer {
		return nil
	}
	taken := slices.ContainsFunc(public.Parties, func(p portsmouth.Party) bool { return strings.EqualFold(p.ID, name) })
	for _, k := range public.Keys {
		mine := own != nil && own.Key == k.Key
		taken = taken || !mine && k.Purpose == KeyWitness && strings.EqualFold(keyName(k.Key), name)
	}
	if taken {
		return portsmouth.Refuse("witness-name", "“%s” is the name of a party or of another witness; give your key another", name)
	}
	return nil
}

// keyName is the name in the key of a witness.
func keyName(key string) string {
	name, _, _ := strings.Cut(key, "+")
	return name
}

// material is the key itself, without the name that a witness's has.
func material(purpose, key string) string {
	if parts := strings.SplitN(key, "+", 3); purpose == KeyWitness && len(parts) == 3 {
		return parts[2]
	}
	return key
}

// maxKeys is how many keys of a purpose a person can ever declare: each is two leaves of the record, for good.
const maxKeys = 20

// mayHold: an observer can only be a witness, of a record that there is; nobody has keys without end.
func (d *deciding) mayHold(purpose string) error {
	declared := 0
	for _, k := range d.Keys {
		if k.Person == d.meta.By && k.Purpose == purpose {
			declared++
		}
	}
	if declared >= maxKeys {
		return portsmouth.Refuse("keys-many", "you have declared %d keys of this purpose; no more are taken", maxKeys)
	}
	if d.viewer.Role != portsmouth.Observer {
		return nil
	}
	if purpose != KeyWitness || len(d.Publications) == 0 {
		return portsmouth.Refuse("key-observer", "an observer can declare the key of a witness, of a conference that the public knows")
	}
	return nil
}

func (d *deciding) retractKey(c RetractKey) error {
	if !slices.Contains(KeyPurposes, c.Purpose) {
		return errPurpose()
	}
	if d.key(d.meta.By, c.Purpose) == nil {
		return portsmouth.Refuse("key-none", "you have declared no such key")
	}
	d.emit(ToPlenary, KeyRetracted{Person: d.meta.By, Purpose: c.Purpose})
	return nil
}

func errPurpose() error {
	return portsmouth.Invalidf("key-purpose", "a key is for one of: %s", strings.Join(KeyPurposes, ", "))
}

// maxKey bounds a key as it is sent: the largest RSA key of a passkey, in PEM.
const maxKey = 4000

// ReadKey checks a public key and returns it in the one way in which it is kept.
func ReadKey(purpose, key string) (string, error) {
	key = strings.TrimSpace(key)
	if len(key) > maxKey {
		return "", errKey("a key has at most %d characters", maxKey)
	}
	switch purpose {
	case KeySigning:
		return readSigningKey(key)
	case KeyWitness:
		return readWitnessKey(key)
	case KeyRoom:
		return readRoomKey(key)
	}
	return "", errPurpose()
}

func errKey(format string, args ...any) error {
	return portsmouth.Invalidf("key-form", format, args...)
}

// readSigningKey takes 32 bytes for an Ed25519 key, and everything else for a SubjectPublicKeyInfo.
func readSigningKey(key string) (string, error) {
	raw, err := keyBytes(key)
	if err != nil {
		return "", err
	}
	if len(raw) == ed25519.PublicKeySize {
		return base64.StdEncoding.EncodeToString(raw), nil
	}
	public, err := x509.ParsePKIXPublicKey(raw)
	if err != nil {
		return "", errKey("this is no public key: neither 32 bytes of Ed25519 nor a SubjectPublicKeyInfo")
	}
	if ed, is := public.(ed25519.PublicKey); is {
		raw = ed
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// keyBytes reads PEM or base64.
func keyBytes(key string) ([]byte, error) {
	if strings.HasPrefix(key, "-----BEGIN PUBLIC KEY-----") {
		block, rest := pem.Decode([]byte(key))
		if block == nil || len(bytes.TrimSpace(rest)) > 0 {
			return nil, errKey("this PEM holds no public key")
		}
		return block.Bytes, nil
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(key)
	if err != nil {
		return nil, errKey("a public key is written in PEM or base64; never give a private one")
	}
	return raw, nil
}

func readRoomKey(key string) (string, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(key)
	if err != nil || len(raw) != 32 || bytes.Equal(raw, make([]byte, 32)) {
		return "", errKey("the key of a room's reader is the 32 bytes of an X25519 public key in base64")
	}
	if !agrees(raw) {
		return "", errKey("this is no X25519 public key that something could be sealed to")
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// agrees reports whether an X25519 public key is a point with which a secret can be agreed. With the few of low order none
// can: a room with such a reader could never be locked.
func agrees(raw []byte) bool {
	public, err := ecdh.X25519().NewPublicKey(raw)
	if err != nil {
		return false
	}
	any, err := ecdh.X25519().NewPrivateKey(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		return false
	}
	_, err = any.ECDH(public)
	return err == nil
}

// cosignatureKind begins the bytes of a key for cosignatures (C2SP tlog-cosignature).
const cosignatureKind = 4

// witnessName is a name that such a key can have: no blank, no plus sign, nothing outside ASCII.
var witnessName = regexp.MustCompile(`^[!-*,-~]{1,200}$`)

// readWitnessKey checks a verifier key of C2SP signed-note: "name+hash+base64" with the hash that name and key have.
func readWitnessKey(key string) (string, error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 || !witnessName.MatchString(parts[0]) {
		return "", errKey("the key of a witness is written name+hash+base64, as “portsmouth witness” shows it")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignatureKind {
		return "", errKey("the key of a witness is an Ed25519 key for cosignatures")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if parts[1] != hex.EncodeToString(sum[:4]) {
		return "", errKey("the hash of this witness's key is not that of its name and key")
	}
	return key, nil
}

// recallKeys adds the keys that v has declared where v may not see it: an observer's, who knows them all the same.
func (s *State) recallKeys(log []Event, v Viewer) {
	if v.MaySee(ToPlenary) {
		return
	}
	for _, e := range log {
		if e.By == v.Person {
			s.applyKey(e)
		}
	}
}

// key returns the key that a person holds now, or nil.
func (s *State) key(person, purpose string) *DeclaredKey {
	return find(s.Keys, func(k *DeclaredKey) bool { return k.Person == person && k.Purpose == purpose && k.Until.IsZero() })
}

// KeysHeld lists the keys of a purpose that hold now, oldest first. Who leaves has none.
func (v *View) KeysHeld(purpose string) []*DeclaredKey {
	var held []*DeclaredKey
	for _, k := range v.Keys {
		if k.Purpose == purpose && k.Until.IsZero() {
			held = append(held, k)
		}
	}
	return held
}

// Key returns the key of a purpose that a person holds now, or nil.
func (v *View) Key(person, purpose string) *DeclaredKey { return v.key(person, purpose) }

func (s *State) applyKey(e Event) {
	switch b := e.Body.(type) {
	case KeyDeclared:
		s.endKeys(e.At, func(k *DeclaredKey) bool { return k.makesWayFor(b) })
		s.Keys = append(s.Keys, &DeclaredKey{KeyDeclared: b, ID: e.ID, At: e.At})
	case KeyRetracted:
		s.endKeys(e.At, func(k *DeclaredKey) bool { return k.Person == b.Person && k.Purpose == b.Purpose })
	case SeatLeft:
		s.endKeys(e.At, func(k *DeclaredKey) bool { return k.Person == b.Person })
	}
}

// makesWayFor reports whether a new key takes the place of k.
func (k *DeclaredKey) makesWayFor(b KeyDeclared) bool {
	if k.Purpose != b.Purpose {
		return false
	}
	return k.Person == b.Person || b.Purpose == KeyWitness && b.Party != "" && k.Party == b.Party
}

func (s *State) endKeys(at time.Time, which func(*DeclaredKey) bool) {
	s.EndedKeys = nil
	for _, k := range s.Keys {
		if k.Until.IsZero() && which(k) {
			k.Until = at
			s.EndedKeys = append(s.EndedKeys, k)
		}
	}
}

// publicKey returns the key as everybody may see it.
func (s *State) publicKey(k KeyDeclared) PublicKey {
	p := PublicKey{Purpose: k.Purpose, Key: k.Key, Party: k.Party}
	if k.Role == portsmouth.Observer || named(k.Role) {
		p.Role = k.Role
		if seat := s.lastSeat(k.Person); seat != nil {
			p.Name = seat.Name
		}
	}
	return p
}

// named reports whether the notice of a conference names who has this role.
func named(r portsmouth.Role) bool { return r == portsmouth.Head || r == portsmouth.Mediator }

// lastSeat returns the last seat that a person took, left or not, or nil.
func (s *State) lastSeat(person string) *Seat {
	for _, seat := range slices.Backward(s.Seats) {
		if seat.Person == person {
			return seat
		}
	}
	return nil
}
