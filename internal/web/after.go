package web

import (
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// after shows what follows signature. Who may ratify proves afresh who they are first, as for a signature.
func (s *site) after(v *visit) error {
	sh := sheetOf(v)
	if sh.mayRatify() {
		if err := s.requireFresh(v); err != nil {
			return err
		}
	}
	return v.render(afterPage(sh))
}

// mayRatify reports whether it is for the reader to ratify: the principal, or the head where the party has none.
func (s *sheet) mayRatify() bool {
	if !s.may("ratify") || s.View.Ratification(s.mine()) != nil {
		return false
	}
	if s.View.Viewer.Role == portsmouth.Principal {
		return true
	}
	for _, seat := range s.people(s.mine()) {
		if seat.Role == portsmouth.Principal {
			return false
		}
	}
	return true
}

// milestone is one date in the life of an agreement; zero while it is to come.
type milestone struct {
	what string
	at   time.Time
}

// milestones are the dates from the agreed package to the exchange.
func (s *sheet) milestones() []milestone {
	v := s.View
	signed := time.Time{}
	if n := len(v.Signatures); n == len(v.Opened.Parties) {
		signed = v.Signatures[n-1].At
	}
	ratified, notified := time.Time{}, time.Time{}
	if n := len(v.Ratifications); n == len(v.Opened.Parties) {
		ratified, notified = v.Ratifications[n-1].At, lastNotice(v.Ratifications)
	}
	list := []milestone{{s.T("after.agreed"), v.BaselineAt}, {s.T("after.signed"), signed}}
	if v.Seen != nil || v.AwaitsWitnesses() {
		list = append(list, milestone{s.T("after.witnessed"), v.SeenOn})
	}
	if v.Rules.EntryIntoForce != "on-signature" {
		list = append(list, milestone{s.T("after.all-ratified"), ratified})
	}
	if v.Rules.EntryIntoForce == "on-last-notice" {
		list = append(list, milestone{s.T("after.all-notified"), notified})
	}
	list = append(list, milestone{s.T("after.entered"), v.InForceOn})
	if v.Exchanged != nil {
		list = append(list, milestone{s.T("after.exchanged"), v.Exchanged.At})
	}
	return list
}

// lastNotice is when the last ratification was announced; zero while one is not.
func lastNotice(list []*conference.RatificationRecord) time.Time {
	last := time.Time{}
	for _, r := range list {
		if r.Notified.IsZero() {
			return time.Time{}
		}
		if r.Notified.After(last) {
			last = r.Notified
		}
	}
	return last
}
