package conference_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// volumeSaid has a side put so much into a room at once, as if it had been many acts.
func volumeSaid(scene *conftest.Scene, person, party string, to conference.Audience, b conference.Body) {
	scene.Log = append(scene.Log, conference.Event{
		ID: "much-of-" + person, At: scene.Now, By: person, Party: party, Role: portsmouth.Head, Audience: to, Body: b,
	})
}

// volumeRefused holds a command's end against what is expected.
func volumeRefused(t *testing.T, scene *conftest.Scene, person string, c conference.Command, want bool) {
	t.Helper()
	_, err := scene.Do(person, c)
	if refused := portsmouth.RuleOf(err) == "kept-many"; refused != want || err != nil && !refused {
		t.Errorf("%s, %s: %v", person, c.Verb(), err)
	}
	if want && err != nil && !strings.Contains(err.Error(), "16 MiB") {
		t.Errorf("the refusal does not name the limit: %v", err)
	}
}

// TestVolumeOfOneSide: who fills a room is told so, with the whole delegation, and nobody else notices.
func TestVolumeOfOneSide(t *testing.T) {
	scene := volumeScene(t)
	own := conference.Speak{Room: "delegation", Text: "One more."}
	volumeSaid(scene, "north", "north", conference.ToDelegation("north"), conference.StatementMade{Statement: "much", Text: strings.Repeat("x", 16<<20-300)})
	volumeRefused(t, scene, "north-member", conference.Speak{Room: "delegation", Text: "."}, true)
	for _, person := range []string{"north", "north-adviser"} {
		volumeRefused(t, scene, person, own, true)
	}
	volumeRefused(t, scene, "north", conference.Speak{Room: "plenary", Text: "In another room."}, false)
	volumeRefused(t, scene, "north", conference.Speak{Room: "caucus", Text: "In a third."}, false)
	volumeRefused(t, scene, "north", conference.AnswerQuestion{Body: json.RawMessage(`{"kind":"no-weights"}`)}, false)
	volumeRefused(t, scene, "south", own, false)
	volumeRefused(t, scene, "mediator", own, false)
	volumeSaid(scene, "mediator", "", conference.ToCaucus("north"), conference.StatementMade{Statement: "more", Text: strings.Repeat("x", 16<<20)})
	volumeRefused(t, scene, "north", conference.Speak{Room: "caucus", Text: "It is the mediator who filled it."}, false)
	volumeRefused(t, scene, "mediator", conference.Speak{Room: "caucus", Party: "north", Text: "One more."}, true)
	volumeRefused(t, scene, "mediator", conference.Speak{Room: "caucus", Party: "south", Text: "To the others."}, false)
}

// TestVolumeOfWhatWasReplaced: what was taken back, erased or replaced is kept too, and counts.
func TestVolumeOfWhatWasReplaced(t *testing.T) {
	scene := volumeScene(t)
	answer := conference.AnswerQuestion{Body: json.RawMessage(`{"kind":"no-weights"}`)}
	body := json.RawMessage(`"` + strings.Repeat("x", 16<<20) + `"`)
	volumeSaid(scene, "north", "north", conference.ToDelegation("north"), conference.QuestionAnswered{Answer: "much", Party: "north", Body: body})
	volumeRefused(t, scene, "north", conference.WithdrawAnswer{Answer: "much"}, false)
	volumeRefused(t, scene, "north", answer, true)
	volumeRefused(t, scene, "south", answer, false)

	round := conference.OpenRound{Type: conference.OptionsRound, Issue: "coast", Closes: scene.Now.AddDate(0, 0, 1)}
	opened, err := scene.Do("mediator", round)
	if err != nil {
		t.Fatal(err)
	}
	id := opened[0].ID
	enter := conference.EnterRound{Round: id, Options: []string{"shared"}}
	volumeSaid(scene, "north", "north", conference.ToDelegation("north"), conference.RoundEntered{Round: id, Party: "north", Payload: body})
	volumeRefused(t, scene, "north", enter, true)
	volumeRefused(t, scene, "north", conference.LeaveRound{Round: id}, false)
	volumeRefused(t, scene, "north", enter, true)
	volumeRefused(t, scene, "south", enter, false)

	stated := conference.PreferencesStated{Party: "north", Version: 1, Preferences: *volumeWants(scene), Note: string(body)}
	volumeSaid(scene, "north", "north", conference.ToDelegation("north"), stated)
	volumeRefused(t, scene, "north", conference.ErasePreparation{}, false)
	volumeRefused(t, scene, "north", conference.StatePreferences{Preferences: *volumeWants(scene)}, true)
	volumeRefused(t, scene, "south", conference.StatePreferences{Preferences: *volumeWants(scene)}, false)
}

func volumeScene(t *testing.T) *conftest.Scene {
	t.Helper()
	scene := conftest.NewScene(conftest.Options{})
	if err := scene.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	return scene
}

// volumeWants are preferences of somebody to whom each issue is as dear, and each way to settle it as good.
func volumeWants(scene *conftest.Scene) *portsmouth.Preferences {
	a := scene.See("north").Agenda
	p := &portsmouth.Preferences{Weights: map[string]int64{}, Values: map[string]map[string]int64{}}
	left := int64(10_000)
	for k := range a.Issues {
		i := &a.Issues[k]
		p.Weights[i.ID], p.Values[i.ID] = 10_000/int64(len(a.Issues)), map[string]int64{}
		left -= p.Weights[i.ID]
		for n := range i.Options {
			p.Values[i.ID][i.Options[n].ID] = 5000
		}
		if i.Kind == portsmouth.Numeric {
			for n := range i.Number.Steps() {
				p.Values[i.ID][i.Number.At(n)] = 5000
			}
		}
	}
	p.Weights[a.Issues[0].ID] += left
	return p
}

// TestVolumeOutOfSight: what one did counts where one may not see it, and nobody else's does.
func TestVolumeOutOfSight(t *testing.T) {
	scene := volumeScene(t)
	declared := conference.DeclareKey{Purpose: conference.KeyWitness, Key: conftest.WitnessKey("press.example")}
	much := conference.KeyDeclared{Purpose: conference.KeyWitness, Name: strings.Repeat("x", 16<<20)}
	volumeSaid(scene, "mediator", "", conference.ToPlenary, much)
	volumeRefused(t, scene, "observer", declared, false)
	volumeRefused(t, scene, "observer", conference.RetractKey{Purpose: conference.KeyWitness}, false)
	volumeSaid(scene, "observer", "", conference.ToPlenary, much)
	volumeRefused(t, scene, "observer", declared, true)
}

// TestKeysOfAnObserver: an observer does not see the room into which keys are declared, and has no more of them for that.
func TestKeysOfAnObserver(t *testing.T) {
	scene := volumeScene(t)
	retract := conference.RetractKey{Purpose: conference.KeyWitness}
	for n := range 20 {
		if _, err := scene.Do("observer", conference.DeclareKey{Purpose: conference.KeyWitness, Key: conftest.WitnessKey(fmt.Sprint("press.example/", n))}); err != nil {
			t.Fatal(n, err)
		}
		if _, err := scene.Do("observer", retract); err != nil {
			t.Fatal(n, err)
		}
		if _, err := scene.Do("observer", retract); portsmouth.RuleOf(err) != "key-none" {
			t.Fatal(n, err)
		}
	}
	before := len(scene.Log)
	_, err := scene.Do("observer", conference.DeclareKey{Purpose: conference.KeyWitness, Key: conftest.WitnessKey("press.example/more")})
	if portsmouth.RuleOf(err) != "keys-many" || len(scene.Log) != before {
		t.Errorf("a key too many: %v", err)
	}
}

// TestWitnessesOfOneName: as in the record, keys that count under one name are one witness.
func TestWitnessesOfOneName(t *testing.T) {
	rules := conftest.Rules()
	rules.Witnesses.Quorum = 2
	scene := conftest.NewScene(conftest.Options{Rules: rules})
	if err := cmp.Or(scene.To(conference.Signature), scene.Sign()); err != nil {
		t.Fatal(err)
	}
	same := conftest.WitnessKey("press.example")
	for _, other := range []string{strings.Replace(same, "press.example+", "press.example+0", 1), conftest.WitnessKey("other.example")} {
		keys := []conference.PublicKey{{Purpose: "witness", Key: same, Role: portsmouth.Observer}, {Purpose: "witness", Key: other, Role: portsmouth.Observer}}
		volumeSaid(scene, "", "", conference.ToPublic, conference.Published{Item: "key", Keys: keys})
		_, err := scene.Send(conference.Meta{ID: "seen"}, conference.DeclareSigned{Size: 99, Witnesses: []string{same, other}})
		if want := other == conftest.WitnessKey("other.example"); want != (err == nil) || !want && portsmouth.RuleOf(err) != "witnesses-quorum" {
			t.Errorf("%s: %v", other, err)
		}
	}
}
