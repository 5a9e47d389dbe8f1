package verify_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/seal"
	"portsmouth/verify"
)

var noon = time.Date(2005, 8, 9, 12, 0, 0, 0, time.UTC)

func ed(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// venueKey is the key of the venue in these tests.
func venueKey(t testing.TB) *record.Key {
	t.Helper()
	k, err := record.NewKey(ed(1))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func witness(t testing.TB, name string, seed byte) *record.Witness {
	t.Helper()
	w, err := record.NewWitness(name, ed(seed))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// published is a leaf as a venue stores it.
func published(body string) string {
	return `{"id":"a","at":1,"to":"public","kind":"published","v":1,"body":` + body + `}`
}

// files is a record with these leaves after leaf 0, cosigned by these witnesses.
func files(t testing.TB, policy record.Policy, leaves []string, cosigners ...*record.Witness) fstest.MapFS {
	t.Helper()
	tree, key := &record.Tree{}, venueKey(t)
	genesis, err := key.NewGenesis("c-1", 0, map[string]any{"policy": policy})
	if err != nil {
		t.Fatal(err)
	}
	all := [][]byte{genesis}
	for _, leaf := range leaves {
		all = append(all, []byte(leaf))
	}
	for _, leaf := range all {
		if _, _, err := tree.Add(leaf); err != nil {
			t.Fatal(err)
		}
	}
	root, _ := tree.Root(tree.Size())
	signed, err := key.Sign("c-1", tree.Size(), root)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range cosigners {
		signed = append(signed, w.Cosign(record.Checkpoint{Origin: key.Origin("c-1"), Size: tree.Size(), Root: root}, noon)...)
	}
	dir := fstest.MapFS{record.CheckpointPath: {Data: signed}}
	for _, tile := range record.Tiles(tree.Size()) {
		data, err := record.Bundle(all)
		if !tile.Entries() {
			data, err = tree.Tile(tile)
		}
		if err != nil {
			t.Fatal(err)
		}
		dir[tile.Path()] = &fstest.MapFile{Data: data}
	}
	return dir
}

// wants verifies and compares the verdict and a part of what is said.
func wants(t *testing.T, dir fstest.MapFS, o verify.Options, ok bool, part string) {
	t.Helper()
	if r := verify.Record(dir, o); r.OK() != ok || !strings.Contains(r.String(), part) {
		t.Errorf("want %v and %q:\n%s", ok, part, r)
	}
}

// round is a round of two, of which the first has opened what it lodged.
func round(payload, opened string) []string {
	salt := seal.Salt{7}
	first := seal.Commit(seal.Subject{Conference: "c-1", Round: "r-1", Party: "japan"}, salt, []byte(payload))
	second := seal.Dummy(seal.Subject{Conference: "c-1", Round: "r-1", Party: "russia"}, salt)
	return []string{
		published(fmt.Sprintf(`{"item":"round","round":"r-1","commitments":[{"party":"japan","commitment":"%s"},{"party":"russia","commitment":"%s"}]}`, first, second)),
		published(fmt.Sprintf(`{"item":"opening","opening":{"round":"r-1","party":"japan","payload":%s,"salt":"%s"}}`, opened, base64.StdEncoding.EncodeToString(salt[:]))),
	}
}

func TestOpenings(t *testing.T) {
	const payload = `{"b":"\u003cwar\u003e","a":[1,2.50]}` // the bytes count, not what they mean
	whole := round(payload, payload)
	wants(t, files(t, record.Policy{}, whole), verify.Options{}, true, "ok      the rounds: 1, and 1 openings that are what was committed to")
	wants(t, files(t, record.Policy{}, whole[:1]), verify.Options{}, true, "ok      the rounds: 1, and 0 openings")
	wants(t, files(t, record.Policy{}, []string{"no act", published(`{"item":"communique"}`)}), verify.Options{}, true, "ok      the root")
	for what, c := range map[string]struct {
		leaves []string
		want   string
	}{
		"another payload":  {round(payload, `{"b":"\u003cpeace\u003e"}`), "FAILED  the rounds: leaf 2: what japan opens is not what it had committed to"},
		"the same meaning": {round(payload, `{"a":[1,2.50],"b":"<war>"}`), "leaf 2: what japan opens"},
		"before the round": {[]string{whole[1], whole[0]}, "leaf 1: japan has no commitment"},
		"of another party": {[]string{whole[0], strings.Replace(whole[1], "japan", "russia", 1)}, "leaf 2: what russia opens"},
		"of nobody":        {[]string{whole[0], strings.Replace(whole[1], "japan", "persia", 1)}, "leaf 2: persia has no commitment"},
		"another salt":     {[]string{whole[0], strings.Replace(whole[1], `"salt":"B`, `"salt":"C`, 1)}, "leaf 2: what japan opens"},
		"half a salt":      {[]string{whole[0], strings.Replace(whole[1], `"salt":"BwAA`, `"salt":"`, 1)}, "32 bytes"},
		"a round twice":    {[]string{whole[0], whole[0]}, "leaf 2: the round r-1 has been there before"},
		"no hash":          {[]string{strings.Replace(whole[0], `"commitment":"`, `"commitment":"x`, 1)}, "leaf 1: a commitment is 64"},
		"a party twice":    {[]string{strings.Replace(whole[0], "russia", "japan", 1)}, "leaf 1: japan has two commitments"},
	} {
		t.Run(what, func(t *testing.T) { wants(t, files(t, record.Policy{}, c.leaves), verify.Options{}, false, c.want) })
	}
}

// keyLeaf declares, or retracts, the key of a witness.
func keyLeaf(item, party, role string, w *record.Witness) string {
	return published(fmt.Sprintf(`{"item":%q,"keys":[{"purpose":"witness","key":%q,"party":%q,"role":%q,"name":"Somebody"},{"purpose":"room","key":"x"}]}`, item, w.Verifier(), party, role))
}

// The policy follows the leaves: who may cosign is what was declared up to the checkpoint.
func TestPolicyFollowsTheLeaves(t *testing.T) {
	japan, second, times, desk := witness(t, "japan.example", 2), witness(t, "japan2.example", 3), witness(t, "times.example", 4), witness(t, "mediator.example", 5)
	begin := record.Policy{Witnesses: []record.PolicyWitness{{Name: "japan", Key: japan.Verifier()}}, Quorum: 1}
	notice := published(fmt.Sprintf(`{"item":"convened","rules":{"witnesses":{"quorum":2}},"keys":[{"purpose":"witness","key":%q,"party":"japan"}]}`, japan.Verifier()))
	observer := keyLeaf("key", "", "observer", times)
	wants(t, files(t, begin, nil, japan), verify.Options{}, true, "seen by 1 of 1; the rules ask for 1")
	wants(t, files(t, begin, []string{notice, observer}, japan), verify.Options{}, true, "seen by 1 of 2; the rules ask for 2")
	wants(t, files(t, begin, []string{notice, observer}, japan, times), verify.Options{}, true, "seen by 2 of 2; the rules ask for 2")
	wants(t, files(t, begin, []string{notice, keyLeaf("key", "japan", "member", second)}, japan, second), verify.Options{}, true, "seen by 1 of 1; the rules ask for 2")
	wants(t, files(t, begin, []string{notice}, times), verify.Options{}, false, "FAILED  the witnesses: checkpoint: times.example is no witness")
	wants(t, files(t, begin, []string{notice, keyLeaf("key", "", "mediator", desk)}, desk), verify.Options{}, true, "seen by 0 of 1")
	wants(t, files(t, begin, []string{notice, observer, keyLeaf("key-retracted", "", "observer", times)}, times), verify.Options{}, true, "seen by 0 of 1")
	wants(t, files(t, begin, []string{notice, keyLeaf("key", "japan", "member", witness(t, "other.example", 2))}), verify.Options{}, false, "same key twice")
	wants(t, files(t, begin, nil), verify.Options{Witnesses: []string{times.Verifier()}}, false, "has not cosigned")
	wants(t, files(t, begin, nil, times), verify.Options{Witnesses: []string{times.Verifier()}}, true, "and by all 1 whose keys were given")
}

// A record whose leaves say something to be checked is accepted by all three verifiers, and no changed byte passes.
func TestMutationsAreFoundByThree(t *testing.T) {
	japan, times := witness(t, "japan.example", 2), witness(t, "times.example", 4)
	leaves := append(round(`{"a":1}`, `{"a":1}`), keyLeaf("key", "japan", "member", japan), keyLeaf("key", "", "observer", times))
	dir := files(t, record.Policy{Quorum: 2}, leaves, japan, times)
	count := recordtest.Mutations(t, 200)
	found := recordtest.Three(t, dir, venueKey(t).Verifier("c-1"), count, 13, "../docs/spec/verifier/verify.py",
		func(changed fstest.MapFS) *record.Report { return verify.Record(changed, verify.Options{}) })
	t.Log(found)
}

func TestProof(t *testing.T) {
	key, japan := venueKey(t), witness(t, "japan.example", 2)
	tree := &record.Tree{}
	leaves := []string{"a", "b", "c"}
	for _, leaf := range leaves {
		if _, _, err := tree.Add([]byte(leaf)); err != nil {
			t.Fatal(err)
		}
	}
	root, _ := tree.Root(3)
	signed, _ := key.Sign("c-1", 3, root)
	signed = append(signed, japan.Cosign(record.Checkpoint{Origin: key.Origin("c-1"), Size: 3, Root: root}, noon)...)
	hashes, _ := tree.Inclusion(1, 3)
	data, err := record.NewProofFile([]byte("b"), 1, hashes, signed)
	if err != nil {
		t.Fatal(err)
	}
	o := verify.Options{Key: key.Verifier("c-1"), Witnesses: []string{japan.Verifier()}}
	if r := verify.Proof(data, o); !r.OK() || !strings.Contains(r.String(), "2005-08-09 12:00:00 UTC") {
		t.Errorf("does not hold:\n%s", r)
	}
	o.Witnesses = append(o.Witnesses, witness(t, "times.example", 4).Verifier())
	if r := verify.Proof(data, o); r.OK() {
		t.Errorf("a witness is missing:\n%s", r)
	}
	if r := verify.Proof(slices.Concat(data, []byte("x")), o); r.OK() || len(r.Steps) != 1 {
		t.Errorf("a byte was added:\n%s", r)
	}
}

// A receipt holds by itself, and the record is held to what it promises.
func TestReceipts(t *testing.T) {
	key, leaves := venueKey(t), round(`{"a":1}`, `{"a":1}`)
	own := seal.Commit(seal.Subject{Conference: "c-1", Round: "r-1", Party: "japan"}, seal.Salt{7}, []byte(`{"a":1}`))
	sign := func(commitment, round string) []byte {
		p := &record.Promise{Round: round, Party: "japan", Commitment: commitment, Leaf: true}
		data, err := key.SignReceipt(record.Receipt{Conference: "c-1", Act: "a", SHA256: seal.Commitment{}.String(), Promise: p})
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	kept := sign(own.String(), "r-1")
	if r := verify.Receipt(kept, verify.Options{Key: key.Verifier("c-1")}); !r.OK() || !strings.Contains(r.String(), "will be in the leaf of the round") {
		t.Errorf("does not hold:\n%s", r)
	}
	if r := verify.Receipt(kept, verify.Options{Key: key.Verifier("c-2")}); r.OK() {
		t.Errorf("another key:\n%s", r)
	}
	if r := verify.Receipt(kept[1:], verify.Options{}); r.OK() {
		t.Errorf("not whole:\n%s", r)
	}
	dir := files(t, record.Policy{}, leaves)
	wants(t, dir, verify.Options{Receipts: [][]byte{kept}}, true, "ok      the promise: the leaf of the round has the commitment of japan")
	wants(t, dir, verify.Options{Receipts: [][]byte{sign(own.String(), "r-2")}}, true, "the round has not ended")
	wants(t, dir, verify.Options{Receipts: [][]byte{sign(seal.Commitment{}.String(), "r-1")}}, false, "FAILED  the promise: the folder: the leaf of the round r-1")
	wants(t, dir, verify.Options{Receipts: [][]byte{kept[1:]}}, false, "FAILED  the promise")
}

func TestJSON(t *testing.T) {
	japan := witness(t, "japan.example", 2)
	dir := files(t, record.Policy{Quorum: 1, Witnesses: []record.PolicyWitness{{Name: "japan", Key: japan.Verifier()}}}, []string{"a", "b"}, japan)
	dir["tile/entries/000.p/3"].Data[len(dir["tile/entries/000.p/3"].Data)-1] ^= 1
	data, err := verify.JSON(verify.Record(dir, verify.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		OK   bool
		Seen *record.Seen
	}
	if err := json.Unmarshal(data, &said); err != nil || said.OK || said.Seen == nil || !said.Seen.By[0].At.Equal(noon) {
		t.Errorf("%v:\n%s", err, data)
	}
	if !strings.Contains(string(data), `"leaf": 2`) || !strings.Contains(string(data), `"file": "tile/entries/000.p/3"`) || !strings.Contains(string(data), `"to": `) {
		t.Errorf("the place is not named:\n%s", data)
	}
}

// A key that was made to have the name and hash of a witness's, and was declared and taken back, spoils nothing.
func TestATwinOfAWitness(t *testing.T) {
	seed := make([]byte, ed25519.SeedSize)
	seed[2], seed[3] = 6534>>8, 6534&0xff // found by trying
	press, err := record.NewWitness("twin.example/w", ed25519.NewKeyFromSeed(seed))
	if err != nil {
		t.Fatal(err)
	}
	const twin = "twin.example/w+d37ad2c0+BKSuZX0PC4tJ5NIyfTIw6Jii0ACgthapaLybNaGGzd46"
	said := func(item string) string {
		return published(fmt.Sprintf(`{"item":%q,"keys":[{"purpose":"witness","key":%q,"role":"observer"}]}`, item, twin))
	}
	for _, leaves := range [][]string{
		{said("key"), said("key-retracted"), keyLeaf("key", "", "observer", press)},
		{keyLeaf("key", "", "observer", press), said("key"), said("key-retracted")},
		{keyLeaf("key", "", "observer", press), said("key")},
	} {
		wants(t, files(t, record.Policy{}, leaves, press), verify.Options{}, true, "seen by 1 of 1")
	}
	gone := []string{keyLeaf("key", "", "observer", press), said("key"), keyLeaf("key-retracted", "", "observer", press)}
	wants(t, files(t, record.Policy{}, gone, press), verify.Options{}, true, "seen by 0 of 1")
}
