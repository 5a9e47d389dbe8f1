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

// ruptures tells what the record itself says that it does not continue. That is no fault of what is there: whoever holds the
// checkpoint that is named finds the step before this one failed, and here why.
func ruptures(r *record.Report, seen []byte) {
	for n, leaf := range r.Leaves {
		x := read(leaf).Body.Rupture
		if x == nil {
			continue
		}
		found := fmt.Sprintf("leaf %d declares that this record does not continue the one of %d leaves with the hash %s, signed by %s; the host says: %s",
			n, x.Size, x.Root, x.Key, x.Reason)
		if c, err := record.ReadCheckpoint(seen); err == nil && c.Size <= x.Size {
			found += fmt.Sprintf(". You have seen %d leaves of a record that may be that one: keep what you have", c.Size)
		}
		r.Add("a rupture", record.LeafAt(int64(n)), found, nil)
	}
}
