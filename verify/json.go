package verify

import (
	"encoding/json"

	"portsmouth/record"
)

// result is a report for machines.
type result struct {
	OK         bool         `json:"ok"`
	Conference string       `json:"conference,omitempty"`
	Origin     string       `json:"origin,omitempty"`
	Size       int64        `json:"size"` // leaves
	Root       string       `json:"root"` // base64
	Seen       *record.Seen `json:"seen,omitempty"`
	Steps      []step       `json:"steps"`
}

// step is one check: found says what holds, error what does not and the rest where.
type step struct {
	What  string `json:"what"`
	OK    bool   `json:"ok"`
	Found string `json:"found,omitempty"`
	Error string `json:"error,omitempty"`
	File  string `json:"file,omitempty"`
	Leaf  *int64 `json:"leaf,omitempty"`
	From  *int64 `json:"from,omitempty"` // the first byte of file
	To    *int64 `json:"to,omitempty"`   // the byte after the last
}

// JSON writes a report for machines, as one object and a line feed.
func JSON(r *record.Report) ([]byte, error) {
	out := result{
		OK: r.OK(), Conference: r.Genesis.Conference, Origin: r.Checkpoint.Origin,
		Size: r.Checkpoint.Size, Root: r.Checkpoint.Root.String(), Steps: []step{},
	}
	if len(r.Seen.By)+len(r.Seen.Missing) > 0 {
		out.Seen = &r.Seen
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepOf(s))
	}
	data, err := json.MarshalIndent(out, "", "  ")
	return append(data, '\n'), err
}

func stepOf(s record.Step) step {
	if s.Err == nil {
		return step{What: s.What, OK: true, Found: s.Found}
	}
	x := step{What: s.What, Error: s.Err.Error(), File: s.At.File}
	if s.At.Leaf >= 0 {
		x.Leaf = &s.At.Leaf
	}
	if s.At.To > s.At.From {
		x.From, x.To = &s.At.From, &s.At.To
	}
	return x
}
