// Package verify checks public records from what is public alone: whatever package record checks of files and hashes, and
// beyond that what the leaves say where it can be checked: whose cosignatures count, and that what was opened of a round is
// what had been committed to.
//
// It knows nothing of the program that made the record: it imports packages record and seal and reads the few fields that
// it needs as docs/spec/record.md and docs/spec/event.md describe them. So it can be read, and trusted, by itself.
package verify

import (
	"encoding/json"
	"io/fs"

	"portsmouth/record"
	"portsmouth/seal"
)

// Options say what a verifier knows beforehand.
type Options struct {
	Key       string   // the key that must have signed, as record.Key.Verifier writes it; "" takes the one that the record names
	Seen      []byte   // a checkpoint that was seen earlier: the record must be a continuation of it
	Witnesses []string // keys of witnesses besides those that the record names: these must have cosigned too
	Receipts  [][]byte // of what was lodged in rounds: the record must keep what they promise
}

// Record checks a record. When fsys can list folders it also wants every file there to be part of the record.
func Record(fsys fs.FS, o Options) *record.Report {
	r := record.Verify(fsys, record.Options{Key: o.Key, Seen: o.Seen, Witnesses: o.Witnesses, Policy: policyOf})
	if int64(len(r.Leaves)) == r.Checkpoint.Size && r.Checkpoint.Size > 0 {
		ruptures(r, o.Seen)
		rounds := openings(r)
		for _, data := range o.Receipts {
			promise(r, rounds, data)
		}
	}
	return r
}

// Proof checks a proof file under the venue's key for the record: that its leaf is in the record, and that these witnesses
// have cosigned its checkpoint.
func Proof(data []byte, o Options) *record.Report {
	r := &record.Report{}
	p, err := record.CheckProofFile(data, o.Key)
	r.Add("the proof file", record.LeafAt(p.Index), "it proves its leaf under "+o.Key, err)
	if err != nil {
		return r
	}
	r.Checkpoint, err = record.ReadCheckpoint(p.Checkpoint)
	r.Add("the leaf", record.LeafAt(p.Index), string(p.Leaf), err)
	for _, key := range o.Witnesses {
		at, err := record.CheckCosignature(p.Checkpoint, key)
		r.Add("the witness", record.FileAt(record.CheckpointPath), key+", "+at.Format("2006-01-02 15:04:05 MST"), err)
	}
	return r
}

// act is what is read of a leaf.
type act struct {
	Kind string `json:"kind"`
	Body struct {
		Item        string       `json:"item"`
		Rules       *rules       `json:"rules"`
		Keys        []key        `json:"keys"`
		Round       string       `json:"round"`
		Commitments []commitment `json:"commitments"`
		Opening     *opening     `json:"opening"`
		Rupture     *rupture     `json:"rupture"`
	} `json:"body"`
}

type rules struct {
	Witnesses struct {
		Quorum int `json:"quorum"`
	} `json:"witnesses"`
}

type key struct {
	Purpose string `json:"purpose"`
	Key     string `json:"key"`
	Party   string `json:"party"`
	Role    string `json:"role"`
}

type commitment struct {
	Party      string `json:"party"`
	Commitment string `json:"commitment"`
}

type opening struct {
	Round   string          `json:"round"`
	Party   string          `json:"party"`
	Payload json.RawMessage `json:"payload"` // as it stands in the leaf
	Salt    []byte          `json:"salt"`
}

// read returns what a leaf says; a leaf of another form says nothing here.
func read(leaf []byte) act {
	var a act
	if json.Unmarshal(leaf, &a) != nil || a.Kind != "published" {
		return act{}
	}
	return a
}

// subject is what the commitment of an opening is about.
func (o *opening) subject(conference string) seal.Subject {
	return seal.Subject{Conference: conference, Round: o.Round, Party: o.Party}
}
