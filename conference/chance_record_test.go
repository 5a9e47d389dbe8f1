package conference_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// What the public record adds, in a conference played at random, and in its other world: keys, embargoes, comments,
// witnesses, rounds in public.

// publicRules makes the rules of publicity differ from conference to conference.
func publicRules(r *conference.Rules, variant int) {
	r.Publicity.Rounds, r.Publicity.Comments = variant != 0, variant != 1
	if variant == 2 {
		r.Publicity.TextNotBefore = conftest.Start.AddDate(0, 0, 3)
	}
	if variant == 3 {
		r.Witnesses.Quorum = 1
	}
}

func (c *chance) declares(by string) conference.Command {
	if c.IntN(5) == 0 {
		return conference.RetractKey{Purpose: pick(c, conference.KeyPurposes)}
	}
	if c.IntN(2) == 0 {
		return conference.DeclareKey{Purpose: conference.KeyWitness, Key: conftest.WitnessKey(fmt.Sprint(by, c.IntN(3)))}
	}
	sum := sha256.Sum256(fmt.Append(nil, by, c.IntN(3)))
	return conference.DeclareKey{Purpose: pick(c, conference.KeyPurposes), Key: base64.StdEncoding.EncodeToString(sum[:])}
}

// recorded is one act about the public record.
func (c *chance) recorded() {
	if c.IntN(20) == 0 {
		c.send("", "", conference.DeclareRupture{Size: 9, Root: fmt.Sprint("root ", c.IntN(9)), Key: "portsmouth/0/c+00000000+AQ==", Reason: "The disk failed."})
	}
	if conference.Look(c.scene.Log, conference.TimerViewer).AwaitsWitnesses() && c.IntN(2) == 0 {
		c.unseen()
		return
	}
	switch c.IntN(8) {
	case 0, 1:
		by := c.anybody()
		c.send(by, "", c.declares(by))
	case 2, 3:
		c.send(pick(c, []string{"observer", "stranger", "guest", c.head()}), "", conference.SubmitComment{Name: "A. Reader", Text: fmt.Sprint("Mind the gulls ", c.IntN(1000))})
	case 4:
		if x := c.whole().Comments; len(x) > 0 {
			c.send(pick(c, []string{"mediator", "host"}), "", conference.AnswerComment{Comment: pick(c, x).Comment, Answer: pick(c, conference.CommentAnswers), Text: "We do."})
		}
	case 5:
		c.send(c.head(), "", conference.ProposeCommunique{Text: portsmouth.Text{"en": "Later", "fr": "Plus tard"}, NotBefore: c.scene.Now.Add(time.Duration(1+c.IntN(20)) * time.Hour)})
	case 6:
		for _, x := range c.whole().Communiques {
			if !x.Public && !x.NotBefore.IsZero() {
				for _, p := range c.scene.Heads() {
					c.send(p, "", conference.AgreeCommunique{Communique: x.Communique})
				}
				return
			}
		}
	default:
		if quorum, leaf := conference.Look(c.scene.Log, conference.TimerViewer).AwaitedWitnesses(); quorum > 0 {
			p := conference.Look(c.scene.Log, conference.Viewer{}).Public()
			var keys []string
			for _, k := range p.Witnesses() {
				keys = append(keys, k.Key)
			}
			c.send("", "", conference.DeclareSigned{Size: leaf + 1, Witnesses: keys})
		}
	}
}

// unseen is what can be done when all have signed and no witness comes.
func (c *chance) unseen() {
	rules := *c.whole().Rules
	switch c.IntN(4) {
	case 0:
		c.send(c.head(), "", conference.BreakOff{Reason: "Nobody comes."})
	case 1:
		rules.Witnesses.Quorum = c.IntN(2)
		c.send(pick(c, []string{c.head(), "mediator"}), "", conference.ProposeRules{Rules: rules})
	default:
		for _, by := range append([]string{"mediator"}, c.scene.Heads()...) {
			c.send(by, "", conference.AcceptRules{Version: c.whole().RulesCount})
		}
	}
}

// recordedThere handles what leads to a publication, and reports whether it did: the public sees the effect and not the
// cause, so the cause must be the same there. A comment that nobody answered leads to none, and may be otherwise.
func (w *worlds) recordedThere(s *sending) bool {
	switch c := s.command.(type) {
	case conference.OpenRound, conference.WithdrawRound, conference.ProposeCommunique, conference.AgreeCommunique,
		conference.DeclareKey, conference.RetractKey, conference.Sign, conference.ProposeRules, conference.AcceptRules, conference.BreakOff:
		w.try(s.meta, s.command)
	case conference.SubmitComment:
		if w.answeredHere(s.meta.ID) {
			w.try(s.meta, s.command)
			return true
		}
		w.news++
		c.Text = fmt.Sprint("Feed the gulls ", w.IntN(1000))
		w.try(s.meta, c)
	default:
		return false
	}
	return true
}

func (w *worlds) answeredHere(comment string) bool {
	for _, e := range w.here {
		if b, is := e.Body.(conference.CommentAnswered); is && b.Comment == comment {
			return true
		}
	}
	return false
}

// TestChancePublishes: the random conferences publish what there is to publish, so that the two-world test tries it.
func TestChancePublishes(t *testing.T) {
	items, held := map[string]int{}, 0
	for seed := range uint64(250) {
		for _, e := range newWorlds(t, seed).here {
			switch b := e.Body.(type) {
			case conference.Published:
				items[b.Item]++
			case conference.EmbargoEnded:
				held++
			}
		}
	}
	t.Log(items, held)
	for _, item := range []string{"convened", "key", "key-retracted", "communique", "round", "opening", "comment", "signatures", "signed"} {
		if items[item] == 0 {
			t.Errorf("no random conference publishes %q", item)
		}
	}
	if held == 0 {
		t.Error("in no random conference something is held back until its time")
	}
}
