package conference_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// awaiting is a conference in which all have signed, and a quorum of two witnesses is waited for.
func awaiting(t *testing.T, rules conference.Rules) *conftest.Scene {
	t.Helper()
	rules.Witnesses.Quorum = 2
	s := conftest.NewScene(conftest.Options{Rules: rules})
	if err := s.To(conference.Signature); err != nil {
		t.Fatal(err)
	}
	if err := s.Sign(); err != nil {
		t.Fatal(err)
	}
	if !s.See("north").AwaitsWitnesses() {
		t.Fatal("nothing is waited for")
	}
	return s
}

// items lists what a log published, in order.
func items(log []conference.Event) []string {
	var list []string
	for _, e := range log {
		if b, is := e.Body.(conference.Published); is {
			list = append(list, b.Item)
		}
	}
	return list
}

// TestSignatureWaitsForWitnesses: under each rule of entry into force the stage waits, nothing of what follows signature can
// be had, and once they have seen it all is as it is without witnesses.
func TestSignatureWaitsForWitnesses(t *testing.T) {
	for _, entry := range []string{"on-signature", "on-last-ratification", "on-last-notice"} {
		t.Run(entry, func(t *testing.T) {
			rules := conftest.Rules()
			rules.EntryIntoForce, rules.Publicity.Text, rules.RatifyWithin = entry, "on-signature", 30
			s := awaiting(t, rules)
			waitsStill(t, s)
			s.Now = s.Now.AddDate(0, 0, 40) // no deadline runs meanwhile
			if events, err := s.Tick(); err != nil || len(events) > 0 {
				t.Fatal("a deadline passed while witnesses were waited for", events, err)
			}
			if err := s.Cosign(); err != nil {
				t.Fatal(err)
			}
			end := conference.Fold(s.Log)
			if !end.SignedOn.Equal(s.Now) || s.See("north").AwaitsWitnesses() {
				t.Error("signed on", end.SignedOn, "at", s.Now)
			}
			plain := conftest.NewScene(conftest.Options{Rules: rules})
			to := conference.Ratification
			if entry == "on-signature" {
				to = conference.InForce
			}
			if err := plain.To(to); err != nil {
				t.Fatal(err)
			}
			if s.Stage() != to {
				t.Error("the stage is", s.Stage())
			}
			without := slices.DeleteFunc(items(s.Log), func(item string) bool { return item == "signatures" || item == "key" })
			if want := items(plain.Log); !slices.Equal(without, want) {
				t.Error("published", without, "without witnesses", want)
			}
		})
	}
}

// waitsStill wants nothing of what follows signature to be there.
func waitsStill(t *testing.T, s *conftest.Scene) {
	t.Helper()
	v := s.See("north")
	if s.Stage() != conference.Signature || !v.InForceOn.IsZero() || !v.SignedOn.IsZero() {
		t.Error("the stage has not waited:", s.Stage())
	}
	if want := []conference.Wait{{Who: "witness", What: "declare-signed"}}; !slices.Equal(v.Waits(), want) {
		t.Error("waits for", v.Waits())
	}
	if got := items(s.Log); got[len(got)-1] != "signatures" || slices.Contains(got, "signed") {
		t.Error("published", got)
	}
	if b, err := v.Bundle(); err != nil || len(b.Signatures) > 0 {
		t.Error("the file to take home is signed by", len(b.Signatures), err)
	}
	p := conference.Look(s.Log, conference.Viewer{}).Public()
	if quorum, leaf := p.Awaited(); quorum != 2 || leaf != p.Signatures.Leaf || p.Signed != nil {
		t.Error("the public awaits", quorum, leaf)
	}
	for by, c := range map[string]conference.Command{
		"north": conference.Sign(s.Signature("north", "north")), "mediator": conference.Attest(s.Signature("mediator", "mediator")),
		"south":           conference.ProposeCorrection{Article: "art-4", Text: portsmouth.Text{"en": "War.", "fr": "La guerre."}},
		"north-principal": conference.Ratify{Digest: v.TextDigest()}, "south-principal": conference.SendInstructions{Text: "Sign nothing."},
	} {
		if _, err := conference.Act(s.Log, conference.Meta{ID: "x", By: by, At: s.Now}, c); err == nil {
			t.Errorf("%s is possible while witnesses are waited for", c.Verb())
		}
	}
}

// TestOldLogsWentOn: a conference that went on before its witnesses, when only the notice waited for them, reads as it was
// written at every act, and is still declared signed when they come.
func TestOldLogsWentOn(t *testing.T) {
	log := oldLog(t)
	for n := range log {
		v := conference.Look(log[:n+1], conference.TimerViewer)
		if v.AwaitsWitnesses() && v.Acts[n].Body.Kind() != "signed" {
			t.Errorf("after act %d the stage %s waits", n+1, v.Stage)
		}
	}
	end := conference.Look(log, conference.TimerViewer)
	quorum, leaf := end.AwaitedWitnesses()
	if end.Stage != conference.InForce || quorum != 2 || !end.SignedOn.Equal(end.Signatures[1].At) {
		t.Fatal(end.Stage, quorum, leaf, end.SignedOn)
	}
	keys := []string{}
	for _, k := range end.Public().Witnesses() {
		keys = append(keys, k.Key)
	}
	more, err := conference.Act(log, conference.Meta{ID: "late", At: end.InForceOn.Add(time.Hour)}, conference.DeclareSigned{Size: leaf + 1, Witnesses: keys})
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{}
	for _, e := range more {
		kinds = append(kinds, e.Body.Kind())
	}
	if want := []string{"cosigned", "published", "published"}; !slices.Equal(kinds, want) || !slices.Equal(items(more), []string{"signed", "in-force"}) {
		t.Error(kinds, items(more))
	}
	attest := conference.Attest((&conftest.Scene{Log: log}).Signature("mediator", "mediator"))
	if _, err := conference.Act(log, conference.Meta{ID: "attested", By: "mediator", At: end.InForceOn.Add(time.Hour)}, attest); err != nil {
		t.Error("an old conference cannot be attested:", err)
	}
}

// oldLog was written by the program when the stage did not wait.
func oldLog(t *testing.T) []conference.Event {
	t.Helper()
	data, err := os.ReadFile("testdata/logs/signed-before-the-stage-waited.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var log []conference.Event
	for line := range bytes.Lines(data) {
		e, err := conference.DecodeEvent(json.RawMessage(line))
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, e)
	}
	return log
}
