package venue_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/treaty"
)

// openly has all agree to rules under which rounds are public, comments are taken and so many witnesses are waited for.
func (x *table) openly(version, quorum int) {
	rules := conference.DefaultRules([]string{"en"})
	rules.FullPowers, rules.EntryIntoForce = false, "on-last-ratification"
	rules.Publicity = conference.Publicity{Listed: true, Communiques: true, Text: "on-signature", Rounds: true, Comments: true}
	rules.Witnesses.Quorum = quorum
	x.do("mo", conference.ProposeRules{Rules: rules})
	for _, person := range []string{"ada", "bo", "mo"} {
		x.do(person, conference.AcceptRules{Version: version})
	}
}

// signed brings the conference to its signatures.
func (x *table) signed() {
	x.t.Helper()
	x.bargaining()
	offer := x.do("ada", conference.MakeOffer{Terms: portsmouth.Outcome{"price": "20"}})
	x.do("bo", conference.AcceptOffer{Offer: offer.Act})
	text := x.look("ada").Text
	for _, person := range []string{"ada", "bo"} {
		all := conference.InitialArticles{Articles: map[string]string{}}
		for _, id := range text.Initialable() {
			digest, err := treaty.ArticleDigest(text.Document, id)
			if err != nil {
				x.t.Fatal(err)
			}
			all.Articles[id] = digest.String()
		}
		x.do(person, all)
	}
	digest := treaty.DigestOf(text.Document)
	for k, person := range []string{"ada", "bo"} {
		as := treaty.Signature{Party: []string{"east", "west"}[k], Name: person, Capacity: "Plenipotentiary"}
		sig := treaty.Sign(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(k + 1)}, ed25519.SeedSize)), x.id, as, digest)
		x.do(person, conference.Sign{Digest: digest.String(), Name: sig.Name, Capacity: sig.Capacity, PublicKey: sig.PublicKey, Signature: sig.Sig})
	}
}

func (x *table) receipt(person, act string) venue.ReceiptFile {
	x.t.Helper()
	file, err := x.v.Receipt(x.t.Context(), x.id, person, act)
	if err != nil {
		x.t.Fatalf("%s gets no receipt: %v", person, err)
	}
	return file
}

// An act that published something is proved to be in the record, by its file alone.
func TestReceiptOfWhatIsPublished(t *testing.T) {
	key := recordKey(t, 1)
	x := seat(t, venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: key}))
	x.openly(2, 0)
	x.bargaining()
	put := x.do("mo", conference.ProposeCommunique{Text: en("The conference sat.")})
	x.do("ada", conference.AgreeCommunique{Communique: put.Act})
	last := x.do("bo", conference.AgreeCommunique{Communique: put.Act})
	file := x.receipt("bo", last.Act)
	if file.Kind != record.ProofName {
		t.Errorf("the receipt is a %s", file.Kind)
	}
	proof, err := record.CheckProofFile(file.Data, key.Verifier(x.id))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(proof.Leaf, []byte("The conference sat.")) {
		t.Errorf("it proves something else: %s", proof.Leaf)
	}
	published := x.look("").Public().Communiques[0]
	if again := x.receipt("", published.ID); !bytes.Equal(again.Data, file.Data) || published.Leaf != proof.Index {
		t.Error("the public gets another proof of the publication than who brought it about")
	}
}

// A receipt of any other act is the venue's word under its bytes, and only who sees the act gets it.
func TestReceiptOfWhatIsHidden(t *testing.T) {
	x := seat(t, venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: recordKey(t, 1), Clock: newClock()}))
	x.openly(2, 0)
	x.bargaining()
	said := x.do("ada", conference.Speak{Room: "delegation", Text: "Between us."})
	file := x.receipt("ada", said.Act)
	r, err := record.CheckReceipt(file.Data)
	if err != nil {
		t.Fatal(err)
	}
	body, err := x.v.ActBytes(t.Context(), x.id, "ada", said.Act)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	if r.Act != said.Act || r.SHA256 != hex.EncodeToString(sum[:]) || r.At != said.At.UnixMilli() || r.Promise != nil {
		t.Errorf("the receipt says %+v", r)
	}
	_, unknown := x.v.Receipt(t.Context(), x.id, "bo", "00")
	for _, person := range []string{"bo", "mo", "convener", "stranger", ""} {
		_, hidden := x.v.Receipt(t.Context(), x.id, person, said.Act)
		if hidden == nil || hidden.Error() != unknown.Error() || portsmouth.KindOf(hidden) != portsmouth.NotFound {
			t.Errorf("%q gets %v for a hidden act, and %v for an unknown", person, hidden, unknown)
		}
	}
	x.do("bo", conference.Speak{Room: "delegation", Text: "And between us."})
	x.communique("The conference sat.")
	if again := x.receipt("ada", said.Act); !bytes.Equal(again.Data, file.Data) {
		t.Error("the receipt of a hidden act tells of what others did since")
	}
	for k := range file.Data {
		changed := bytes.Clone(file.Data)
		changed[k] ^= 1
		if _, err := record.CheckReceipt(changed); err == nil {
			t.Fatalf("a receipt with byte %d changed passes:\n%s", k, changed)
		}
	}
}

// What was lodged is promised a place in the round's leaf, and gets it.
func TestPromiseOfARound(t *testing.T) {
	c := newClock()
	x := seat(t, venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: recordKey(t, 1), Clock: c}))
	x.openly(2, 0)
	x.bargaining()
	round := x.do("mo", conference.OpenRound{Type: conference.NumberRound, Issue: "price", Giver: "east", Settlement: "giver", Closes: c.Now().Add(time.Hour)})
	before := x.published()
	lodged := x.do("ada", conference.EnterRound{Round: round.Act, Number: "20"})
	r, err := record.CheckReceipt(x.receipt("ada", lodged.Act).Data)
	if err != nil || r.Promise == nil || r.Promise.Round != round.Act || !r.Promise.Leaf {
		t.Fatalf("the receipt promises %+v: %v", r.Promise, err)
	}
	if !same(before, x.published()) {
		t.Fatal("the record tells that something was lodged")
	}
	c.forward(2 * time.Hour)
	if err := x.v.PassDeadlines(t.Context(), x.id); err != nil {
		t.Fatal(err)
	}
	leaves := x.verified(nil).Leaves
	want := fmt.Sprintf(`"round":%q,"commitments":[{"party":"east","commitment":%q},{"party":"west","commitment":"`, round.Act, r.Promise.Commitment)
	if last := string(leaves[len(leaves)-1]); !strings.Contains(last, want) || strings.Contains(last, "number") {
		t.Errorf("the leaf of the round is %s", last)
	}
}

// A stranger may comment where the public knows of the conference, and nowhere else.
func TestCommentFromOutside(t *testing.T) {
	x := seat(t, venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: recordKey(t, 1)}))
	comment := conference.SubmitComment{Name: "A. Reader", Text: "Mind the fishermen."}
	if _, err := x.try("reader", comment); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Errorf("of a conference of which the public does not know a stranger hears %v", err)
	}
	x.openly(2, 0)
	got := x.do("reader", comment)
	if _, err := x.try("reader", speak("Hello.")); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Errorf("a stranger who speaks hears %v", err)
	}
	x.do("mo", conference.AnswerComment{Comment: got.Act, Answer: conference.TakenUp})
	if mine := x.look("reader").Comments; len(mine) != 1 || mine[0].Answered == nil {
		t.Errorf("whoever commented sees %+v", mine)
	}
	if all := x.look("other").Public().Comments; len(all) != 1 || all[0].Comment.Text != comment.Text {
		t.Errorf("the public sees %+v", all)
	}
}

// locked is a memo for many at once.
type locked struct {
	sync.Mutex
	memo memo
}

func (l *locked) Last(id string) ([]byte, error) {
	l.Lock()
	defer l.Unlock()
	return l.memo.Last(id)
}

func (l *locked) Keep(id string, data []byte) error {
	l.Lock()
	defer l.Unlock()
	return l.memo.Keep(id, data)
}

// Who reads the checkpoint while the record grows gets one: an older tree read a moment ago is no older database.
func TestCheckpointsWhileTheRecordGrows(t *testing.T) {
	v := venue.New(venue.Options{
		Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: recordKey(t, 1), Checkpoints: &locked{memo: memo{}},
	})
	x := seat(t, v)
	x.openly(2, 0)
	x.bargaining()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, _, err := v.RecordFile(t.Context(), x.id, record.CheckpointPath); err != nil {
					t.Errorf("no checkpoint: %v", err)
					return
				}
			}
		})
	}
	for n := range 20 {
		x.communique(fmt.Sprint("The conference sat ", n))
	}
	close(stop)
	readers.Wait()
}

// The conference is declared signed when the witnesses that its rules wait for have seen the signatures, and not before.
func TestWitnessesAreWaitedFor(t *testing.T) {
	key := recordKey(t, 1)
	x := seat(t, venue.New(venue.Options{
		Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: key, Checkpoints: memo{}, Cosigned: memo{}, Clock: newClock(),
	}))
	var witnesses []*record.Witness
	for k, person := range []string{"ada", "bo"} {
		w, err := record.NewWitness(person+".example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(k + 7)}, ed25519.SeedSize)))
		if err != nil {
			t.Fatal(err)
		}
		witnesses = append(witnesses, w)
		x.do(person, conference.DeclareKey{Purpose: conference.KeyWitness, Key: w.Verifier()})
	}
	x.openly(2, 2)
	genesis := x.verified(nil).Genesis
	policy, err := genesis.Policy()
	if err != nil || len(policy.Witnesses) != 2 || policy.Quorum != 2 {
		t.Fatalf("the policy of the genesis is %+v: %v", policy, err)
	}
	cosign := func(w *record.Witness) error {
		data := x.published()[record.CheckpointPath].Data
		c, err := record.CheckCheckpoint(data, key.Verifier(x.id))
		if err != nil {
			t.Fatal(err)
		}
		return x.v.AddCosignature(t.Context(), x.id, w.Cosign(c, time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)))
	}
	x.signed()
	if err := cosign(witnesses[0]); err != nil {
		t.Fatal(err)
	}
	if p := x.look("").Public(); p.Signed != nil || p.Signatures == nil {
		t.Error("declared signed before the witnesses had seen the signatures")
	}
	stranger, err := record.NewWitness("other.example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	if err := cosign(stranger); portsmouth.RuleOf(err) != "cosignature" {
		t.Errorf("a stranger's cosignature: %v", err)
	}
	if err := cosign(witnesses[1]); err != nil {
		t.Fatal(err)
	}
	p := x.look("").Public()
	if p.Signed == nil || len(p.Signed.Witnesses) != 2 || p.Text == nil {
		t.Fatalf("not declared signed: %+v", p.Signed)
	}
	if err := cosign(witnesses[0]); err != nil {
		t.Fatal(err)
	}
	seen, err := policy.Seen(x.published()[record.CheckpointPath].Data)
	if err != nil || len(seen.By) != 1 {
		t.Errorf("of the checkpoint after that, %s: %v", seen, err)
	}
	sights, err := x.v.Sights(t.Context(), x.id)
	if err != nil || len(sights) != 2 || sights[0].Size != sights[1].Size+1 {
		t.Errorf("the witnesses have seen %+v: %v", sights, err)
	}
}
