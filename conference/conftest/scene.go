package conftest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/seal"
	"portsmouth/treaty"
)

// Start is when every scene begins; every act takes a minute.
var Start = time.Date(2024, time.May, 1, 9, 0, 0, 0, time.UTC)

// ConferenceID is the id of every scene's conference.
const ConferenceID = "the-coast"

// Options say what a scene is made of. The zero value is a mediated conference of two parties.
type Options struct {
	Parties    int // 2 when 0
	Unmediated bool
	Plain      bool // an agenda without words for the treaty
	Replay     bool
	Rules      conference.Rules // Rules() when empty
}

// Scene is a conference in a test.
type Scene struct {
	Options
	Log []conference.Event
	Now time.Time

	acts int
}

// NewScene returns a scene in which nothing has happened.
func NewScene(o Options) *Scene {
	if o.Parties == 0 {
		o.Parties = 2
	}
	if o.Rules.Decision == "" {
		o.Rules = Rules()
	}
	return &Scene{Options: o, Now: Start}
}

// Heads lists the parties, and so the persons who lead their delegations.
func (s *Scene) Heads() []string { return partyNames[:s.Parties] }

// Do sends a command as a person, under an id made from its place in the scene.
func (s *Scene) Do(person string, c conference.Command) ([]conference.Event, error) {
	return s.Send(conference.Meta{By: person}, c)
}

// Send sends a command. An empty id and a zero time are filled in; an empty By is the venue's timer.
func (s *Scene) Send(m conference.Meta, c conference.Command) ([]conference.Event, error) {
	s.acts++
	s.Now = s.Now.Add(time.Minute)
	if m.ID == "" {
		m.ID = fmt.Sprintf("act-%d", s.acts)
	}
	if m.At.IsZero() {
		m.At = s.Now
	}
	if m.Salt == (seal.Salt{}) {
		m.Salt = sha256.Sum256([]byte("the salt of " + m.ID))
	}
	events, err := conference.Act(s.Log, m, c)
	if err != nil {
		return nil, err
	}
	s.Log = append(s.Log, events...)
	return events, nil
}

// Tick sends, as the venue's timer, whatever is due at the scene's time.
func (s *Scene) Tick() ([]conference.Event, error) {
	var all []conference.Event
	for {
		due := conference.Due(conference.Fold(s.Log))
		if len(due) == 0 || due[0].At.After(s.Now) {
			return all, nil
		}
		events, err := s.Send(conference.Meta{}, due[0].Command)
		if err != nil {
			return all, err
		}
		all = append(all, events...)
	}
}

// Stage is how far the conference has come.
func (s *Scene) Stage() conference.Stage { return conference.Fold(s.Log).Stage }

// See is what a person sees.
func (s *Scene) See(person string) *conference.View {
	return conference.Look(s.Log, conference.ViewerOf(s.Log, person))
}

// Key is a person's signing key: always the same.
func Key(person string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("the key of " + person))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Signature signs the text as it stands, as a person for a party.
func (s *Scene) Signature(person, party string) conference.Sign {
	text := conference.Fold(s.Log).Text
	if text == nil {
		return conference.Sign{Name: "Head of " + party, Capacity: "Plenipotentiary"}
	}
	digest := treaty.DigestOf(text.Document)
	sig := treaty.Sign(Key(person), ConferenceID, treaty.Signature{Party: party, Name: "Head of " + party, Capacity: "Plenipotentiary"}, digest)
	return conference.Sign{Digest: digest.String(), Name: sig.Name, Capacity: sig.Capacity, PublicKey: sig.PublicKey, Signature: sig.Sig}
}

// lastSalt is the salt of what a party lodged last.
func (s *Scene) lastSalt(party string) (salt []byte) {
	for _, e := range s.Log {
		if entered, ok := e.Body.(conference.RoundEntered); ok && entered.Party == party {
			salt = entered.Salt
		}
	}
	return salt
}

// Initials are the digests of every part of the text that a party has not initialled as it stands.
func (s *Scene) Initials(party string) conference.InitialArticles {
	c := conference.InitialArticles{Articles: map[string]string{}}
	text := conference.Fold(s.Log).Text
	if text == nil {
		return c
	}
	for _, id := range text.Initialable() {
		digest, err := treaty.ArticleDigest(text.Document, id)
		if err == nil && !text.InitialledBy(id, party) {
			c.Articles[id] = digest.String()
		}
	}
	return c
}

// Found is the command that opens the scene's conference.
func (s *Scene) Found() conference.Found {
	return conference.Found{
		Conference: ConferenceID, Title: both("Conference of the Coast", "Conférence de la côte"), Languages: Languages,
		Parties: Parties(s.Parties), Mediated: !s.Unmediated, Replay: s.Replay,
	}
}

// To brings the conference to a stage by the shortest way that all its parties take together.
func (s *Scene) To(stage conference.Stage) error {
	if s.Log == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	for s.Stage() != stage {
		at := slices.Index(conference.Stages, s.Stage())
		if at < 0 || at >= slices.Index(conference.Stages, stage) {
			return fmt.Errorf("no way from the stage %q to %q", s.Stage(), stage)
		}
		from := s.Stage()
		if err := s.onwards(stage); err != nil {
			return fmt.Errorf("from the stage %q: %w", from, err)
		}
		if s.Stage() == from {
			return fmt.Errorf("stuck in the stage %q", from)
		}
	}
	return nil
}

func (s *Scene) onwards(to conference.Stage) error {
	switch stage := s.Stage(); {
	case to == conference.BrokenOffStage:
		_, err := s.Do("north", conference.BreakOff{Reason: "nothing moves"})
		return err
	case stage == conference.Convening:
		return s.consent()
	case stage == conference.Opening:
		return s.opening()
	case stage == conference.Bargaining:
		return s.bargain()
	case stage == conference.TextStage:
		return s.each(func(p string) (string, conference.Command) { return p, s.Initials(p) })
	case stage == conference.Signature:
		if err := s.Sign(); err != nil {
			return err
		}
		return s.Cosign()
	case stage == conference.Ratification:
		return s.ratify()
	}
	_, err := s.Do("north", conference.CloseConference{})
	return err
}

// each has every party send a command.
func (s *Scene) each(command func(party string) (person string, c conference.Command)) error {
	for _, p := range s.Heads() {
		person, c := command(p)
		if _, err := s.Do(person, c); err != nil {
			return fmt.Errorf("%s, %s: %w", person, c.Verb(), err)
		}
	}
	return nil
}

// open founds the conference and seats everybody: heads, members, advisers, secretaries, principals, the mediator, an
// observer.
func (s *Scene) open() error {
	if _, err := s.Do("host", s.Found()); err != nil {
		return err
	}
	for _, p := range s.Heads() {
		for _, role := range []portsmouth.Role{portsmouth.Head, portsmouth.Member, portsmouth.Adviser, portsmouth.Secretary, portsmouth.Principal} {
			person := p + "-" + string(role)
			if role == portsmouth.Head {
				person = p
			}
			if err := s.Seat(person, p, role); err != nil {
				return err
			}
		}
	}
	if !s.Unmediated {
		if err := s.Seat("mediator", "", portsmouth.Mediator); err != nil {
			return err
		}
	}
	return s.Seat("observer", "", portsmouth.Observer)
}

// Seat has the host invite a person, who accepts. The invitation's id is "invitation-" and the person.
func (s *Scene) Seat(person, party string, role portsmouth.Role) error {
	id := "invitation-" + person
	if _, err := s.Send(conference.Meta{ID: id, By: "host"}, conference.Invite{Party: party, Role: role}); err != nil {
		return err
	}
	_, err := s.Send(conference.Meta{ID: "seat-" + person, By: person, Invitation: id}, conference.AcceptInvitation{Name: "Mx " + person})
	return err
}

func (s *Scene) consent() error {
	if _, err := s.Do("host", conference.ProposeRules{Rules: s.Rules}); err != nil {
		return err
	}
	version := conference.Fold(s.Log).RulesCount
	if !s.Unmediated {
		if _, err := s.Do("mediator", conference.AcceptRules{Version: version}); err != nil {
			return err
		}
	}
	return s.each(func(p string) (string, conference.Command) { return p, conference.AcceptRules{Version: version} })
}

func (s *Scene) opening() error {
	if s.Rules.FullPowers {
		if err := s.powers(); err != nil {
			return err
		}
	}
	return s.adoption()
}

// adoption has all adopt the agenda that is before them; where chance has put none, north puts one, unless one is in force.
func (s *Scene) adoption() error {
	now := conference.Fold(s.Log)
	vote := now.AgendaVote
	if vote == nil && now.Agenda != nil {
		return nil
	}
	if vote == nil {
		if _, err := s.Do("north", conference.ProposeAgenda{Agenda: Agenda(s.Plain)}); err != nil {
			return err
		}
		vote = conference.Fold(s.Log).AgendaVote
	}
	for _, p := range s.Heads() {
		if vote.Adopted[p] {
			continue
		}
		if _, err := s.Do(p, conference.AdoptAgenda{Version: vote.Agenda.Version}); err != nil {
			return fmt.Errorf("%s, adopt-agenda: %w", p, err)
		}
	}
	return nil
}

func (s *Scene) powers() error {
	err := s.each(func(p string) (string, conference.Command) {
		return p, conference.PresentPowers{Text: "Full powers of " + p}
	})
	for _, finder := range s.Heads() {
		for _, p := range s.Heads() {
			if p == finder || err != nil {
				continue
			}
			_, err = s.Do(finder, conference.FindPowers{Party: p})
		}
	}
	return err
}

func (s *Scene) bargain() error {
	events, err := s.Do("north", conference.MakeOffer{Terms: Package()})
	if err != nil {
		return err
	}
	for _, p := range s.Heads()[1:] {
		if _, err := s.Do(p, conference.AcceptOffer{Offer: events[0].ID}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scene) ratify() error {
	digest := conference.Fold(s.Log).TextDigest()
	err := s.each(func(p string) (string, conference.Command) {
		return p + "-principal", conference.Ratify{Digest: digest}
	})
	if err != nil || s.Rules.EntryIntoForce != "on-last-notice" {
		return err
	}
	return s.each(func(p string) (string, conference.Command) { return p, conference.NotifyRatification{Party: p} })
}
