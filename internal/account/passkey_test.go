package account_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"portsmouth"
)

const passkeyOrigin = "http://localhost:8080"

func (v *venue) passkeyRoutes(mux *http.ServeMux) {
	answer := func(w http.ResponseWriter, options json.RawMessage, err error) {
		if err != nil {
			http.Error(w, portsmouth.RuleOf(err)+" "+err.Error(), http.StatusForbidden)
			return
		}
		_, _ = w.Write(options)
	}
	mux.HandleFunc("POST /register/begin", func(w http.ResponseWriter, r *http.Request) {
		options, err := v.BeginRegister(r.Context())
		answer(w, options, err)
	})
	mux.HandleFunc("POST /register", func(w http.ResponseWriter, r *http.Request) {
		answer(w, nil, v.FinishRegister(r.Context(), r))
	})
	mux.HandleFunc("POST /login/begin", func(w http.ResponseWriter, r *http.Request) {
		options, err := v.BeginLogin(r.Context())
		answer(w, options, err)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		_, err := v.FinishLogin(r.Context(), r)
		answer(w, nil, err)
	})
}

// authenticator does what a security key does, by the WebAuthn recommendation, sections 6 and 7: one P-256 key.
type authenticator struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	user    string // the user handle, base64url as it came
	counter uint32
	origin  string
	flags   byte // 1: user present, 4: user verified
}

func newAuthenticator(t *testing.T) *authenticator {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &authenticator{t: t, key: key, id: id, origin: passkeyOrigin, flags: 1 | 4}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) data(flags byte) []byte {
	a.counter++
	rp := sha256.Sum256([]byte("localhost"))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.counter)
}

func (a *authenticator) clientData(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{
		"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false,
	})
	ok(a.t, err)
	return text
}

// register answers the options of a registration.
func (a *authenticator) register(options string) string {
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			User      struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	ok(a.t, json.Unmarshal([]byte(options), &o))
	a.user = o.PublicKey.User.ID
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	ok(a.t, err)
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	ok(a.t, err)
	data := a.data(a.flags | 0x40)           // with attested credential data
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	ok(a.t, err)
	return a.credential(map[string]any{
		"clientDataJSON":    b64(a.clientData("webauthn.create", o.PublicKey.Challenge)),
		"attestationObject": b64(object),
	})
}

// login answers the options of a sign-in.
func (a *authenticator) login(options string) string {
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	ok(a.t, json.Unmarshal([]byte(options), &o))
	client, data := a.clientData("webauthn.get", o.PublicKey.Challenge), a.data(a.flags)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	ok(a.t, err)
	return a.credential(map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature),
		"userHandle": a.user,
	})
}

func (a *authenticator) credential(response map[string]any) string {
	text, err := json.Marshal(map[string]any{
		"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{},
	})
	ok(a.t, err)
	return string(text)
}

func (d *device) must(path, body string) string {
	d.t.Helper()
	status, text := d.do("POST", path, body)
	if status != http.StatusOK {
		d.t.Fatalf("%s: %d %s", path, status, text)
	}
	return text
}

func (d *device) fails(path, body string) {
	d.t.Helper()
	status, text := d.do("POST", path, body)
	if status != http.StatusForbidden {
		d.t.Fatalf("%s: %d %s", path, status, text)
	}
	d.t.Log(text)
}

// registered is a venue with Witte, his device and his passkey.
func registered(t *testing.T) (*venue, *httptest.Server, *device, *authenticator, string) {
	v := newVenue(t, passkeyOrigin)
	site := v.site(t, httptest.NewServer)
	d, a, p := newDevice(t, site), newAuthenticator(t), person(t, v, "Witte")
	d.must("/in/"+p.ID, "")
	d.must("/register", a.register(d.must("/register/begin", "")))
	return v, site, d, a, p.ID
}

func TestAPasskeySignsInOnAnotherDevice(t *testing.T) {
	v, site, _, a, id := registered(t)
	keys, err := v.Passkeys(t.Context(), id)
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	other := newDevice(t, site)
	for range 2 {
		other.must("/login", a.login(other.must("/login/begin", "")))
		other.who("Witte, fresh")
		v.pass(11 * time.Minute)
		other.who("Witte")
	}
	ok(t, v.DropPasskey(t.Context(), id, keys[0].ID))
	other.fails("/login", a.login(other.must("/login/begin", "")))
}

func TestPasskeysThatAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*authenticator){
		"another site":      func(a *authenticator) { a.origin = "http://localhost.evil.example:8080" },
		"another port":      func(a *authenticator) { a.origin = "http://localhost:9" },
		"another key":       func(a *authenticator) { a.key = newAuthenticator(a.t).key },
		"unknown key":       func(a *authenticator) { a.id = []byte("unknown") },
		"unknown person":    func(a *authenticator) { a.user = b64([]byte("unknown")) },
		"user not verified": func(a *authenticator) { a.flags = 1 },
		"a cloned key":      func(a *authenticator) { a.counter = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			_, site, _, a, _ := registered(t)
			d := newDevice(t, site)
			d.must("/login", a.login(d.must("/login/begin", "")))
			other := newDevice(t, site)
			spoil(a)
			other.fails("/login", a.login(other.must("/login/begin", "")))
			other.who("nobody")
		})
	}
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	_, site, _, a, _ := registered(t)
	d := newDevice(t, site)
	answer := a.login(d.must("/login/begin", ""))
	d.must("/login", answer)
	d.fails("/login", answer)
	other := newDevice(t, site)
	other.must("/login/begin", "")
	other.fails("/login", answer)
	other.who("nobody")
}

func TestAddingAPasskeyNeedsAFreshProof(t *testing.T) {
	v, site, d, _, _ := registered(t)
	newDevice(t, site).fails("/register/begin", "")
	options := d.must("/register/begin", "")
	v.pass(11 * time.Minute)
	d.fails("/register/begin", "")
	d.fails("/register", newAuthenticator(t).register(options))
}

func TestAPasskeyIsNotTakenOver(t *testing.T) {
	v, site, _, a, witte := registered(t)
	komura, thief := person(t, v, "Komura"), newDevice(t, site)
	thief.must("/in/"+komura.ID, "")
	status, _ := thief.do("POST", "/register", a.register(thief.must("/register/begin", "")))
	if status == http.StatusOK {
		t.Fatal("a passkey was registered for a second person")
	}
	keys, err := v.Passkeys(t.Context(), witte)
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
}
