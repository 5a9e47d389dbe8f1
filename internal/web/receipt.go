package web

import (
	"net/http"

	"portsmouth/conference"
)

// receiptRoutes are what the author of an act keeps: what proves that it was accepted, and the bytes that this is about.
// Whoever may see the act gets the same.
func (s *site) receiptRoutes() []route {
	return []route{
		{http.MethodGet, "/c/{id}/acts/{act}/receipt", Viewer, s.actReceipt},
		{http.MethodGet, "/c/{id}/acts/{act}/bytes", Viewer, s.actBytes},
	}
}

// actReceipt hands over the receipt of an act (docs/spec/event.md). An act that the reader may not see is not found, like one
// that does not exist.
func (s *site) actReceipt(v *visit) error {
	file, err := s.Venue.Receipt(v.r.Context(), v.path("id"), v.person.ID, v.path("act"))
	if err != nil {
		return err
	}
	return v.download("text/plain; charset=utf-8", "receipt"+file.Kind, file.Data)
}

// actBytes hands over an act as it is stored and hashed.
func (s *site) actBytes(v *visit) error {
	data, err := s.Venue.ActBytes(v.r.Context(), v.path("id"), v.person.ID, v.path("act"))
	if err != nil {
		return err
	}
	return v.download("application/json", "act.json", data)
}

// hasReceipt reports whether an act is the reader's own, with a receipt to keep. What followed of itself is nobody's.
func (s *sheet) hasReceipt(a conference.Numbered) bool {
	return s.receipts && a.By != "" && a.By == s.View.Viewer.Person && !follows(a.Body)
}
