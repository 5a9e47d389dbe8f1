package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"portsmouth"
)

// What witnesses say of the public record comes in here, from anybody, because it is the signature that counts; and what is for
// witnesses of the whole venue goes out.

// maxCosignatures bounds what is sent at once: a line of each of a dozen witnesses.
const maxCosignatures = 4 << 10

// witnessRoutes are for programs, as "portsmouth witness".
func (s *site) witnessRoutes() []route {
	return []route{
		{http.MethodPost, "/c/{id}/record/cosignature", Viewer, s.cosignature},
		{http.MethodGet, "/record/{file...}", Anyone, s.venueLogFile},
	}
}

// venueLogFile serves a file of the log of the venue.
func (s *site) venueLogFile(v *visit) error {
	data, lasting, err := s.Venue.VenueLogFile(v.r.Context(), v.path("file"))
	if err != nil {
		return err
	}
	v.sendRecordFile(data, lasting)
	return nil
}

// promptly is how long a witness may take to send what it says.
const promptly = 5 * time.Second

// cosignature takes the signature lines of witnesses under a checkpoint of the record. Of one conference they are taken one
// after the other: each costs more than a page. A refusal is told in words and without a page, since a program reads it.
func (s *site) cosignature(v *visit) error {
	err := s.takeCosignature(v)
	if err == nil {
		v.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if !mendable(err) {
		return err
	}
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.WriteHeader(statuses[kindOf(err)])
	_, _ = io.WriteString(v.w, v.page.problem(err).Message+"\n") // the witness has left; nothing is to be done about it
	return nil
}

// takeCosignature waits for a turn only when everything has arrived: who sends slowly keeps nobody waiting. The turns are
// the witnesses' own, since anybody may send lines and those who compute at the table shall not queue behind them.
func (s *site) takeCosignature(v *visit) error {
	lines, err := cosignatureLines(v)
	if err != nil {
		return err
	}
	leave, err := s.sights.enter(v.r.Context(), v.path("id"))
	if err != nil {
		return err
	}
	defer leave()
	return s.Venue.AddCosignature(v.r.Context(), v.path("id"), lines)
}

// cosignatureLines reads what was sent. Only when all of it is here the deadline is lifted: else the server would wait for
// the rest without one.
func cosignatureLines(v *visit) ([]byte, error) {
	conn := http.NewResponseController(v.w)
	_ = conn.SetReadDeadline(time.Now().Add(promptly)) // what has no deadline is no connection
	lines, err := io.ReadAll(io.LimitReader(v.r.Body, maxCosignatures+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, portsmouth.Refuse("cosignature", "The cosignatures did not arrive within %d seconds.", int(promptly.Seconds()))
	case err != nil:
		return nil, err
	case len(lines) > maxCosignatures:
		return nil, portsmouth.Refuse("cosignature", "At most %d bytes of cosignatures are taken at once.", maxCosignatures)
	}
	_ = conn.SetReadDeadline(time.Time{})
	return lines, nil
}

// seenByWitnesses says under the checkpoint how many witnesses have seen it, as the page of the keys does.
func (s *sheet) seenByWitnesses() string {
	return (&keySheet{sheet: s, sights: s.record.sights}).seen()
}
