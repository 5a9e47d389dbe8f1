package verify

import (
	"fmt"

	"portsmouth/record"
)

// rupture is what a record says that it does not continue.
type rupture struct {
	Size   int64  `json:"size"`
	Root   string `json:"root"`
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

// Rupture is a leaf in which a record says what it does not continue.
type Rupture struct {
	Leaf  int64
	Found string // what it says, in words
}

// ruptures tells what the record itself says that it does not continue. That is no fault of what is there: whoever holds the
// checkpoint that is named finds the step before this one failed, and here why.
func ruptures(r *record.Report, seen []byte) {
	for _, x := range Ruptures(r.Leaves, 0, seen) {
		r.Add("a rupture", record.LeafAt(x.Leaf), x.Found, nil)
	}
}

// Ruptures finds the ruptures among leaves of a record, of which the first has that number. seen is a checkpoint that was seen
// earlier, nil for none.
func Ruptures(leaves [][]byte, first int64, seen []byte) []Rupture {
	var list []Rupture
	for k, leaf := range leaves {
		x := read(leaf).Body.Rupture
		if x == nil {
			continue
		}
		n := first + int64(k)
		found := fmt.Sprintf("leaf %d declares that this record does not continue the one of %d leaves with the hash %s, signed by %s; the host says: %s",
			n, x.Size, x.Root, x.Key, x.Reason)
		if c, err := record.ReadCheckpoint(seen); err == nil && c.Size <= x.Size {
			found += fmt.Sprintf(". You have seen %d leaves of a record that may be that one: keep what you have", c.Size)
		}
		list = append(list, Rupture{n, found})
	}
	return list
}
