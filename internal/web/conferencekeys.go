package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// The keys of a conference: which public keys are declared and by whom, what the witnesses of its record have seen, and
// where a witness is named.

// keyRoutes are for whoever may see the conference: what is shown to whom, the view decides. An observer, who can only be
// a witness, is one of them.
func (s *site) keyRoutes() []route {
	return []route{
		{http.MethodGet, "/c/{id}/keys", Viewer, s.conferenceKeys},
		{http.MethodPost, "/c/{id}/declare-key", Viewer, s.declareWitness},
		{http.MethodPost, "/c/{id}/retract-key", Viewer, s.retractWitness},
	}
}

// keySheet is the page of the keys.
type keySheet struct {
	*sheet
	venueKey string // with which the venue signs; "" when it has none
	sights   []venue.Sight
	read     *witnessKey  // read back before it is declared
	rooms    []venue.Room // that the reader may enter; none where the venue keeps no keys of rooms
	admit    *admission   // read back before somebody is let in to what was said before
	otherKey bool         // the key under the reader's name is not the one that they have unlocked
}

// witnessKey is the key of a witness, in its parts.
type witnessKey struct{ whole, name, hash string }

func readWitness(whole string) witnessKey {
	name, rest, _ := strings.Cut(whole, "+")
	hash, _, _ := strings.Cut(rest, "+")
	return witnessKey{whole, name, hash}
}

// conferenceKeys shows the keys, and reads back the one of a witness that is to be declared.
func (s *site) conferenceKeys(v *visit) error {
	k, err := s.keySheet(v, sheetOf(v))
	if err != nil {
		return err
	}
	if given := v.form("verifier"); given != "" && k.witnesses() {
		whole, err := conference.ReadKey(conference.KeyWitness, given)
		if err != nil {
			k.sheet = k.again(v.fields(), v.page.problem(err))
			return v.renderStatus(k.problem.Status, keysPage(k))
		}
		read := readWitness(whole)
		k.read = &read
	}
	return v.render(keysPage(k))
}

func (s *site) keySheet(v *visit, sh *sheet) (*keySheet, error) {
	k := &keySheet{sheet: sh, venueKey: s.Venue.RecordVerifier(v.path("id")), rooms: sh.privateRooms()}
	k.admit = k.admissionOf(v.form("in"), v.form("reader"))
	var err error
	if k.otherKey, err = k.strange(v.r.Context()); err != nil || !sh.View.Public().Known() {
		return k, err
	}
	k.sights, err = s.Venue.Sights(v.r.Context(), v.path("id"))
	return k, err
}

func (s *site) declareWitness(v *visit) error {
	sent := v.fields()
	return s.sendKey(v, conference.DeclareKey{Purpose: conference.KeyWitness, Key: sent.prose("verifier")})
}

func (s *site) retractWitness(v *visit) error {
	return s.sendKey(v, conference.RetractKey{Purpose: conference.KeyWitness})
}

// sendKey sends what is said of one's own key and shows the page of the keys.
func (s *site) sendKey(v *visit, c conference.Command) error {
	base := "/c/" + v.path("id") + "/keys"
	return s.submit(v, c, base, func(pr *Problem) templ.Component { return s.keysAgain(v, pr) })
}

// keysAgain is the page with what was sent and what was wrong with it.
func (s *site) keysAgain(v *visit, pr *Problem) templ.Component {
	v.page.Self = v.page.path("keys")
	k, err := s.keySheet(v, sheetOf(v).again(v.fields(), pr))
	if err != nil {
		s.Log.Error("what is known of keys cannot be read", "error", err)
	}
	return keysPage(k)
}

// witnesses reports whether the reader may name a witness: the head for the delegation, an observer for themselves.
func (s *sheet) witnesses() bool {
	as := s.View.Viewer.As()
	return s.may("declare-key") && (as == portsmouth.Head || as == portsmouth.Observer && s.View.Public().Known())
}

// ownWitness is the witness's key that the reader has declared, "" for none. An observer sees what is public, and there the
// key stands under their name.
func (s *sheet) ownWitness() string {
	v := s.View.Viewer
	if k := s.View.Key(v.Person, conference.KeyWitness); k != nil {
		return k.Key
	}
	for _, k := range s.View.Public().Witnesses() {
		if v.Role == portsmouth.Observer && k.Role == v.Role && k.Name == v.Name {
			return k.Key
		}
	}
	return ""
}

// shownKey is a declared key as the page lists it.
type shownKey struct {
	purpose, key string
	party, name  string
	role         portsmouth.Role
	at, until    time.Time // zero: not known to the reader, not ended
}

// fingerprint is short enough to be read aloud: of a witness's key what its program shows, of any other the beginning of the
// SHA-256 of its bytes.
func (k shownKey) fingerprint() string {
	if k.purpose == conference.KeyWitness {
		w := readWitness(k.key)
		return w.name + " " + w.hash
	}
	raw, err := base64.StdEncoding.DecodeString(k.key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	groups := slices.Collect(slices.Chunk([]byte(hex.EncodeToString(sum[:8])), 4))
	return string(bytes.Join(groups, []byte(" ")))
}

// keysShown lists the keys that hold, and those that held, oldest first: to the table what was declared there, to others
// what the public knows, which has no times.
func (s *sheet) keysShown(hold bool) []shownKey {
	var list []shownKey
	if !s.seated() {
		if !hold {
			return nil
		}
		for _, k := range s.View.Public().Keys {
			list = append(list, shownKey{purpose: k.Purpose, key: k.Key, party: k.Party, name: k.Name, role: k.Role})
		}
		return list
	}
	for _, k := range s.View.Keys {
		if k.Until.IsZero() == hold {
			list = append(list, shownKey{k.Purpose, k.Key, k.Party, s.Name(k.Person), k.Role, k.At, k.Until})
		}
	}
	return list
}

// entries is the length of the public record, as far as the view has it: the genesis and every publication.
func (s *sheet) entries() int64 { return int64(len(s.View.Publications)) + 1 }

// seen says how many witnesses have seen all of the record, and how long ago the last of them looked.
func (k *keySheet) seen() string {
	var last time.Time
	count := 0
	for _, x := range k.sights {
		if x.Size >= k.entries() {
			count++
			last = later(last, x.At)
		}
	}
	if count == 0 {
		return k.T("witness.seen-none", "count", len(k.sights))
	}
	return k.T("witness.seen", "seen", count, "all", len(k.sights), "ago", k.since(last))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// since says how long ago a witness looked. A witness's clock is that of today, also where the conference is history.
func (s *sheet) since(t time.Time) string {
	ago := max(0, time.Since(t))
	if ago < time.Minute {
		return s.T("witness.seconds", "count", int(ago/time.Second))
	}
	return s.words.Until(t, t.Add(ago))
}

// witnessOf finds whose key a sight is of.
func (s *sheet) witnessOf(x venue.Sight) conference.PublicKey {
	for _, k := range s.View.Public().Witnesses() {
		if k.Key == x.Key {
			return k
		}
	}
	return conference.PublicKey{Key: x.Key}
}

// quorum is how many witnesses the rules wait for.
func (s *sheet) quorum() int {
	if r := s.View.Public().Rules; r != nil {
		return r.Witnesses.Quorum
	}
	return 0
}
