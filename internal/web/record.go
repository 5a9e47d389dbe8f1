package web

import (
	"strconv"
	"strings"

	"portsmouth"
	"portsmouth/internal/venue"
)

// The public record as files (docs/spec/record.md): the same for everybody, and cacheable, so they are sent without
// anything that belongs to a session.

const (
	checkpointFile = "checkpoint"
	// checkpointLasts is for how long somebody may be shown an older checkpoint: short, and long enough to carry a crowd.
	checkpointLasts = "public, max-age=10"
	// brokenLasts is of a record that broke once: what stands at an address has been another, and whoever has it asks again.
	brokenLasts = "public, no-cache"
)

// recordFile serves a file of the record of a conference.
func (s *site) recordFile(v *visit) error {
	data, lasting, err := s.Venue.RecordFile(v.r.Context(), v.path("id"), v.path("file"))
	if err != nil {
		return err
	}
	v.sendRecordFile(data, lasting)
	return nil
}

// sendRecordFile sends a file of a record, which may never be another, or grows, or is of a record that broke.
func (v *visit) sendRecordFile(data []byte, lasting bool) {
	kind, lasts := "application/octet-stream", brokenLasts
	switch {
	case lasting:
		lasts = "public, max-age=31536000, immutable"
	case v.path("file") == checkpointFile:
		kind, lasts = "text/plain; charset=utf-8", checkpointLasts
	}
	v.sendToAll(kind, lasts, "", data)
}

// recordSheet is what the public page says of the record.
type recordSheet struct {
	address    string // where the record is, as the program wants it
	checkpoint string
	size       int // number of leaves
	sights     []venue.Sight
}

// recordOf reads what the page says of the record; nil when the conference has none, or none that can be signed at present:
// that is for the host to mend, and no reason to keep the page from anybody.
func (s *site) recordOf(v *visit) *recordSheet {
	id := v.path("id")
	signed, _, err := s.Venue.RecordFile(v.r.Context(), id, checkpointFile)
	if err != nil && portsmouth.KindOf(err) != portsmouth.NotFound {
		s.Log.Error("a public record is not signed", "error", err)
	}
	if err != nil {
		return nil
	}
	r := &recordSheet{address: strings.TrimSuffix(s.Origin, "/") + "/c/" + id + "/record", checkpoint: string(signed)}
	if lines := strings.Split(r.checkpoint, "\n"); len(lines) > 1 {
		r.size, _ = strconv.Atoi(lines[1]) // the venue has just written it
	}
	if r.sights, err = s.Venue.Sights(v.r.Context(), id); err != nil {
		s.Log.Error("what witnesses have seen cannot be read", "error", err)
	}
	return r
}

// listed reports whether the public knows of the page's conference, and so may have seen its record.
func (p *Page) listed() bool { return p.View != nil && p.View.Public().Known() }
