package web

import (
	"io"
	"net/http"

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

// cosignature takes the signature lines of witnesses under a checkpoint of the record. Of one conference they are taken one
// after the other: each costs more than a page. A refusal is told in words and without a page, since a program reads it.
func (s *site) cosignature(v *visit) error {
	leave, err := s.pace.enter(v.r.Context(), v.path("id")+"/witnesses")
	if err != nil {
		return err
	}
	defer leave()
	lines, err := io.ReadAll(io.LimitReader(v.r.Body, maxCosignatures+1))
	switch {
	case err != nil:
		return err
	case len(lines) > maxCosignatures:
		err = portsmouth.Refuse("cosignature", "At most %d bytes of cosignatures are taken at once.", maxCosignatures)
	default:
		err = s.Venue.AddCosignature(v.r.Context(), v.path("id"), lines)
	}
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

// seenByWitnesses says under the checkpoint how many witnesses have seen it, as the page of the keys does.
func (s *sheet) seenByWitnesses() string {
	return (&keySheet{sheet: s, sights: s.record.sights}).seen()
}
