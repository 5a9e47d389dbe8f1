package conference

import (
	"slices"

	"portsmouth"
	"portsmouth/treaty"
)

// publish says what an act makes public, under the publicity rule that all accepted. It is the only place that does.
// It reads only what all delegations may see, so it cannot publish what one of them does not know.
func (s *State) publish(b Body) []Published {
	if s.Rules == nil {
		return nil
	}
	switch b := b.(type) {
	case RulesInForce:
		if s.Rules.Publicity.Listed {
			return []Published{s.notice()}
		}
	case CommuniqueAgreed:
		if c := s.communique(b.Communique); c != nil && c.Public && s.Rules.Publicity.Communiques {
			return []Published{{Item: "communique", Text: c.Text, Session: s.lastSession()}}
		}
	case StageEntered:
		return s.publishStage(b.Stage)
	case RatificationsExchanged:
		return s.listed(Published{Item: "exchanged", Place: b.Place})
	}
	return nil
}

func (s *State) publishStage(stage Stage) []Published {
	switch stage {
	case BrokenOffStage:
		return s.listed(Published{Item: "broken-off"})
	case ClosedStage:
		return s.listed(Published{Item: "closed"})
	case Ratification:
		return s.afterSigning("on-signature", Published{Item: "signed"})
	case InForce:
		if s.Rules.EntryIntoForce == "on-signature" {
			return append(s.afterSigning("on-signature", Published{Item: "signed"}), s.afterSigning("on-entry", Published{Item: "in-force", On: s.InForceOn})...)
		}
		return s.afterSigning("on-entry", Published{Item: "in-force", On: s.InForceOn})
	}
	return nil
}

// listed publishes p only where the rules let the conference itself be known.
func (s *State) listed(p Published) []Published {
	if !s.Rules.Publicity.Listed {
		return nil
	}
	return []Published{p}
}

// afterSigning publishes the notice p, with the text at its side when the rules publish it now.
func (s *State) afterSigning(when string, p Published) []Published {
	if s.Rules.Publicity.Text != when {
		return s.listed(p)
	}
	doc := s.Text.Document
	p.Document, p.Digest = &doc, treaty.DigestOf(doc).String()
	p.Signed, p.Conference = slices.Clone(s.Signatures), s.Opened.Conference
	p.Package, p.Regions = s.agreedTerms(), s.Agenda.Regions
	return []Published{p}
}

// notice says that the conference exists: who meets, where, with whose help, by which rules.
func (s *State) notice() Published {
	rules := *s.Rules
	p := Published{
		Item: "convened", Title: s.Opened.Title, Summary: s.Opened.Summary, Facts: s.Opened.Facts, Why: s.Opened.Why,
		Place: s.Opened.Place, Parties: s.Opened.Parties, Rules: &rules, Replay: s.Opened.Replay,
	}
	for _, seat := range s.Seats {
		if !seat.Left && (seat.Role == portsmouth.Head || seat.Role == portsmouth.Mediator) {
			p.People = append(p.People, SeatTaken{Name: seat.Name, Party: seat.Party, Role: seat.Role})
		}
	}
	return p
}

func (s *State) lastSession() int { return len(s.Sessions) }

// agreedTerms puts the baseline in words that need no agenda.
func (s *State) agreedTerms() []Settled {
	var terms []Settled
	for k := range s.Agenda.Issues {
		i := &s.Agenda.Issues[k]
		value := s.Baseline.Package[i.ID]
		t := Settled{Issue: i.ID, Title: i.Title, Label: i.Label(value)}
		if o := i.Option(value); o != nil {
			t.Regions = o.Regions
		}
		terms = append(terms, t)
	}
	return terms
}

// PublicView is what anyone may know, put together from the publications: the brief's material.
type PublicView struct {
	Title, Summary, Why portsmouth.Text
	Facts               []portsmouth.Text
	Place               string
	Parties             []portsmouth.Party
	People              []SeatTaken
	Rules               *Rules
	Replay              bool
	Convened            *Publication
	Communiques         []Publication // oldest first
	Signed              *Publication
	InForce             *Publication
	Exchanged           *Publication
	Ended               *Publication // broken off or closed
	Text                *Publication // the one that carries the document
}

// Known reports whether the public knows of the conference at all.
func (p *PublicView) Known() bool {
	return p.Convened != nil || len(p.Communiques) > 0 || p.Signed != nil
}

// Public gathers the publications of the view.
func (v *View) Public() *PublicView {
	p := &PublicView{}
	for k := range v.Publications {
		p.take(&v.Publications[k])
	}
	return p
}

func (p *PublicView) take(x *Publication) {
	if x.Document != nil {
		p.Text = x
	}
	switch x.Item {
	case "convened":
		if p.Convened == nil {
			p.Convened = x
		}
		p.Title, p.Summary, p.Why, p.Facts, p.Place = x.Title, x.Summary, x.Why, x.Facts, x.Place
		p.Parties, p.People, p.Rules, p.Replay = x.Parties, x.People, x.Rules, x.Replay
	case "communique":
		p.Communiques = append(p.Communiques, *x)
	case "signed":
		p.Signed = x
	case "in-force":
		p.InForce = x
	case "exchanged":
		p.Exchanged = x
	case "broken-off", "closed":
		p.Ended = x
	}
}
