package conference

import (
	"slices"
	"time"

	"portsmouth"
	"portsmouth/seal"
	"portsmouth/treaty"
)

// Published is what the public gets to know. Item says which of the fields are meant.
type Published struct {
	Item       string              `json:"item"` // one of Items
	Title      portsmouth.Text     `json:"title,omitempty"`
	Text       portsmouth.Text     `json:"text,omitempty"`
	Summary    portsmouth.Text     `json:"summary,omitempty"`
	Facts      []portsmouth.Text   `json:"facts,omitempty"`
	Why        portsmouth.Text     `json:"why,omitempty"`
	Place      string              `json:"place,omitempty"`
	Parties    []portsmouth.Party  `json:"parties,omitempty"`
	People     []SeatTaken         `json:"people,omitempty"` // without person ids
	Rules      *Rules              `json:"rules,omitempty"`
	Document   *treaty.Document    `json:"document,omitempty"`
	Digest     string              `json:"digest,omitempty"`
	Conference string              `json:"conference,omitempty"` // with the document: the id that the signatures name
	Package    []Settled           `json:"package,omitempty"`
	Signed     []treaty.Signature  `json:"signed,omitempty"`
	Session    int                 `json:"session,omitempty"`
	Replay     bool                `json:"replay,omitempty"`
	On         time.Time           `json:"on,omitzero"`
	Regions    []portsmouth.Region `json:"regions,omitempty"`

	Keys        []PublicKey       `json:"keys,omitempty"`        // declared, or no longer held
	Round       string            `json:"round,omitempty"`       // that has ended
	Commitments []PartyCommitment `json:"commitments,omitempty"` // of the round, one a party in the order of the founding
	Opening     *EntryOpened      `json:"opening,omitempty"`     // of what was lodged in a round
	Comment     *PublicComment    `json:"comment,omitempty"`
	Rupture     *RuptureDeclared  `json:"rupture,omitempty"`
	Witnesses   []string          `json:"witnesses,omitempty"` // verifier keys of those who have cosigned the signatures
}

// Settled is one issue as agreed, in words that need no agenda.
type Settled struct {
	Issue   string            `json:"issue"`
	Title   portsmouth.Text   `json:"title"`
	Label   portsmouth.Text   `json:"label"`
	Regions map[string]string `json:"regions,omitempty"`
}

// Items lists what a publication can be of. docs/spec/event.md says of each which fields it has, and when it comes.
var Items = []string{
	"convened", "seat-taken", "seat-left", "key", "key-retracted", "communique", "round", "opening", "comment",
	"broken-off", "signatures", "signed", "text", "in-force", "exchanged", "closed", "rupture",
}

// publish says what an act makes public, under the publicity rule that all accepted. It is the only place that does. It
// reads only what all delegations may see, so it cannot publish what one of them does not know; and of what was lodged in
// secret the commitments. The salt is for the dummies among these.
func (s *State) publish(e Event, salt seal.Salt) []Published {
	if s.Rules == nil {
		return nil
	}
	switch b := e.Body.(type) {
	case RulesInForce:
		return s.listed(s.notice())
	case SeatTaken:
		return s.publishSeat("seat-taken", b.Person)
	case SeatLeft:
		return append(s.publishSeat("seat-left", b.Person), s.publishEnded()...)
	case KeyDeclared:
		return append(s.publishEnded(), s.listed(Published{Item: "key", Keys: []PublicKey{s.publicKey(b)}})...)
	case KeyRetracted:
		return s.publishEnded()
	case CommuniqueAgreed:
		return s.publishCommunique(s.communique(b.Communique))
	case EmbargoEnded:
		return s.publishEmbargoed(b.What)
	case StageEntered:
		return append(s.publishLeft(salt), s.publishStage(b.Stage, e.At)...)
	case RatificationsExchanged:
		return s.listed(Published{Item: "exchanged", Place: b.Place})
	case CommentAnswered:
		return s.publishComment(b.Comment)
	case RoundClosed:
		return s.publishRound(s.round(b.Round), salt)
	case RoundWithdrawn:
		return s.publishRound(s.round(b.Round), salt)
	case EntryOpened:
		if b.Public && s.Rules.Publicity.Rounds {
			b.Public = false
			return s.listed(Published{Item: "opening", Opening: &b})
		}
	case Signed:
		if s.awaitsWitnesses() {
			return s.publishSignatures()
		}
	case Cosigned:
		if s.Stage != Signature { // else the next stage publishes it
			return s.publishSigned(e.At)
		}
	case RuptureDeclared:
		return s.listed(Published{Item: "rupture", Rupture: &b})
	}
	return nil
}

func (s *State) publishStage(stage Stage, at time.Time) []Published {
	switch stage {
	case BrokenOffStage:
		return s.listed(Published{Item: "broken-off"})
	case ClosedStage:
		return s.listed(Published{Item: "closed"})
	case Ratification, InForce:
		if s.unseen() { // a conference from before the stage of signature waited
			return nil
		}
		if stage == Ratification || s.Rules.EntryIntoForce == "on-signature" {
			return s.publishSigned(at)
		}
		return s.publishInForce(at)
	}
	return nil
}

// publishSignatures is what the witnesses have to see: whose signatures there are under which digest.
func (s *State) publishSignatures() []Published {
	return s.listed(Published{Item: "signatures", Digest: s.TextDigest(), Signed: slices.Clone(s.Signatures), Conference: s.Opened.Conference})
}

// publishSigned declares the conference signed, and in force when it is.
func (s *State) publishSigned(at time.Time) []Published {
	signed := Published{Item: "signed"}
	if s.Seen != nil {
		signed.Witnesses = s.Seen.Witnesses
	}
	list := s.withText("on-signature", signed, at)
	if s.InForceOn.IsZero() {
		return list
	}
	return append(list, s.publishInForce(at)...)
}

func (s *State) publishInForce(at time.Time) []Published {
	return s.withText("on-entry", Published{Item: "in-force", On: s.InForceOn}, at)
}

// listed publishes p only where the rules let the conference itself be known.
func (s *State) listed(p Published) []Published {
	if !s.Rules.Publicity.Listed {
		return nil
	}
	return []Published{p}
}

// withText publishes the notice p, with the text at its side when the rules publish it now.
func (s *State) withText(when string, p Published, at time.Time) []Published {
	if s.Rules.Publicity.Text != when || at.Before(s.Rules.Publicity.TextNotBefore) {
		return s.listed(p)
	}
	return []Published{s.text(p)}
}

// text puts the signed text into a publication.
func (s *State) text(p Published) Published {
	doc := s.Text.Document
	p.Document, p.Digest = &doc, treaty.DigestOf(doc).String()
	p.Signed, p.Conference = slices.Clone(s.Signatures), s.Opened.Conference
	p.Package, p.Regions = s.agreedTerms(), s.Agenda.Regions
	return p
}

// notice says that the conference exists: who meets, where, with whose help, by which rules, with which keys.
func (s *State) notice() Published {
	rules := *s.Rules
	p := Published{
		Item: "convened", Title: s.Opened.Title, Summary: s.Opened.Summary, Facts: s.Opened.Facts, Why: s.Opened.Why,
		Place: s.Opened.Place, Parties: s.Opened.Parties, Rules: &rules, Replay: s.Opened.Replay,
	}
	for _, seat := range s.Seats {
		if !seat.Left && named(seat.Role) {
			p.People = append(p.People, SeatTaken{Name: seat.Name, Party: seat.Party, Role: seat.Role})
		}
	}
	for _, k := range s.Keys {
		if k.Until.IsZero() {
			p.Keys = append(p.Keys, s.publicKey(k.KeyDeclared))
		}
	}
	return p
}

// publishSeat says who came or went, of those whom the notice names.
func (s *State) publishSeat(item, person string) []Published {
	seat := s.lastSeat(person)
	if seat == nil || !named(seat.Role) {
		return nil
	}
	return s.listed(Published{Item: item, People: []SeatTaken{{Name: seat.Name, Party: seat.Party, Role: seat.Role}}})
}

// publishEnded gives the keys that hold no more since this act.
func (s *State) publishEnded() []Published {
	var ended []PublicKey
	for _, k := range s.EndedKeys {
		ended = append(ended, s.publicKey(k.KeyDeclared))
	}
	if len(ended) == 0 {
		return nil
	}
	return s.listed(Published{Item: "key-retracted", Keys: ended})
}

// publishRound gives a round that has ended, by its close or otherwise: one commitment a party, in the order of the
// founding, and nothing of its kind or its result.
func (s *State) publishRound(r *Round, salt seal.Salt) []Published {
	if r == nil || !s.Rules.Publicity.Rounds || s.roundPublished(r.Round) {
		return nil
	}
	commitments := r.Result.Commitments
	if len(commitments) == 0 {
		commitments = s.commitments(r, salt)
	}
	return s.listed(Published{Item: "round", Round: r.Round, Commitments: commitments})
}

// publishLeft gives the rounds that were left open when the stage in which they could close had passed.
func (s *State) publishLeft(salt seal.Salt) []Published {
	var list []Published
	for _, r := range s.Rounds {
		if !r.Closed && !slices.Contains(closing, s.Stage) {
			list = append(list, s.publishRound(r, salt)...)
		}
	}
	return list
}

// PublishedWith returns what an act published, or the publication that it is itself: the first when there are several; nil
// for nothing.
func (v *View) PublishedWith(act string) *Publication {
	first := publicID(act, 1)
	for k := range v.Publications {
		if id := v.Publications[k].ID; id == act || id == first {
			return &v.Publications[k]
		}
	}
	return nil
}

// RoundsPublic reports whether the rules publish that a round has ended.
func (v *View) RoundsPublic() bool { return v.roundsPublic() }

func (s *State) roundsPublic() bool {
	return s.Rules != nil && s.Rules.Publicity.Listed && s.Rules.Publicity.Rounds
}

func (s *State) roundPublished(id string) bool {
	return slices.ContainsFunc(s.Publications, func(p Publication) bool { return p.Item == "round" && p.Round == id })
}

// openedToPublic reports whether a party has opened its entry in a round to the public.
func (s *State) openedToPublic(round, party string) bool {
	return slices.ContainsFunc(s.Publications, func(p Publication) bool {
		return p.Opening != nil && p.Opening.Round == round && p.Opening.Party == party
	})
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
	Signatures          *Publication // what witnesses have to see before the conference is declared signed
	Keys                []PublicKey  // that hold
	Rounds              []Publication
	Openings            []Publication
	Comments            []Publication
	All                 []Publication // whatever has been published, oldest first
}

// Known reports whether the public knows of the conference at all.
func (p *PublicView) Known() bool {
	return p.Convened != nil || len(p.Communiques) > 0 || p.Signed != nil
}

// Public gathers the publications of the view.
func (v *View) Public() *PublicView { return v.public() }

func (s *State) public() *PublicView {
	p := &PublicView{All: s.Publications}
	for k := range s.Publications {
		p.take(&s.Publications[k])
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
		p.Parties, p.People, p.Rules, p.Replay = x.Parties, slices.Clone(x.People), x.Rules, x.Replay
		p.Keys = slices.Clone(x.Keys)
	case "seat-taken":
		p.People = append(p.People, x.People...)
	case "seat-left":
		p.People = slices.DeleteFunc(p.People, func(s SeatTaken) bool { return slices.Contains(x.People, s) })
	case "key":
		p.Keys = append(p.Keys, x.Keys...)
	case "key-retracted":
		p.Keys = slices.DeleteFunc(p.Keys, func(k PublicKey) bool { return slices.Contains(x.Keys, k) })
	case "round":
		p.Rounds = append(p.Rounds, *x)
	case "opening":
		p.Openings = append(p.Openings, *x)
	case "comment":
		p.Comments = append(p.Comments, *x)
	case "signatures":
		p.Signatures = x
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
