package web

import (
	"context"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// What a page says while all have signed and the rules wait for witnesses: how many have seen it, and what can be done if they
// never come.

// sighted tells what the witnesses of a conference have seen; it is asked only where witnesses are waited for.
type sighted func(id string) []venue.Sight

func (s *site) sighted(ctx context.Context) sighted {
	return func(id string) []venue.Sight {
		sights, err := s.Venue.Sights(ctx, id)
		if err != nil {
			s.Log.Error("what witnesses have seen cannot be read", "error", err)
		}
		return sights
	}
}

// cosigned is how far the wait for witnesses has come. Nothing is waited for when the quorum is 0.
type cosigned struct {
	seen, quorum int
	named        int       // witnesses that can count
	last         time.Time // when the last of them looked; zero when none has seen the signatures
}

// cosignedIn counts the witnesses who have seen the signatures of a conference.
func (p *Page) cosignedIn(view *conference.View) cosigned {
	quorum, leaf := view.AwaitedWitnesses()
	if quorum == 0 {
		return cosigned{}
	}
	x := cosigned{quorum: quorum}
	var keys []string
	if p.sights != nil {
		for _, sight := range p.sights(conferenceOf(view)) {
			if sight.Size > leaf {
				keys = append(keys, sight.Key)
				x.last = later(x.last, sight.At)
			}
		}
	}
	declared := view.Public().Witnesses()
	all := make([]string, len(declared))
	for k, w := range declared {
		all[k] = w.Key
	}
	x.seen, x.named = conference.CountWitnesses(declared, keys), conference.CountWitnesses(declared, all)
	return x
}

// stageOf says how far a conference has come. One that is signed by all and waits for witnesses says so, with their count.
func (p *Page) stageOf(view *conference.View) string {
	if view.AwaitsWitnesses() {
		x := p.cosignedIn(view)
		return p.T("stage.awaits-witnesses", "seen", x.seen, "count", x.quorum)
	}
	return p.T("stage." + string(view.Stage))
}

// awaitedWords says how many of the witnesses waited for have seen the signatures, and how long ago.
func (s *sheet) awaitedWords(x cosigned) string {
	if x.seen == 0 {
		return s.T("witness.awaited-none", "count", x.quorum)
	}
	return s.T("witness.awaited-seen", "seen", x.seen, "count", x.quorum, "ago", s.since(x.last))
}

// quorumFrom reads how many witnesses are waited for now that all have signed: everything else stays as it is in force.
func quorumFrom(f fields, v *conference.View) conference.ProposeRules {
	r := *v.Rules
	r.Witnesses.Quorum, r.Note = f.number("quorum"), f.prose("note")
	return conference.ProposeRules{Rules: r}
}
