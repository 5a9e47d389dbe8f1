package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/treaty"
)

func TestStatementIsWhatIsSigned(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Signature)
	head := scene.Heads()[0]
	x := sit{t, &recorder{scene: scene}, head}
	got := x.post("statement", http.StatusOK, "name", "Ada Aster", "capacity", "Head, Plenipotentiary")
	digest := treaty.DigestOf(scene.See(head).Text.Document)
	if want := treaty.SigningStatement(conftest.ConferenceID, head, "Ada Aster", "Head, Plenipotentiary", digest); got != string(want) {
		t.Errorf("the statement is %q, not %q", got, want)
	}
	sit{t, x.venue, "mediator"}.post("statement", http.StatusNotFound, "name", "M", "capacity", "Mediator") // not before all have signed
}

func TestBriefOfWhatWasSigned(t *testing.T) {
	rules := conftest.Rules()
	rules.Publicity = conference.Publicity{Listed: true, Communiques: true, Text: "on-signature"}
	scene := conftest.NewScene(conftest.Options{Rules: rules})
	if err := scene.To(conference.InForce); err != nil {
		t.Fatal(err)
	}
	view := conference.Look(scene.Log, conference.Viewer{})
	b := view.Public()
	lend(view, conftest.ConferenceID, b)
	for lang, want := range map[string][]string{
		"en": {"mediated", "led the delegation of", "It has ", "entered into force", "signed and ratified"},
		"fr": {"Médiation", "dirigeait la délégation", "Il compte", "entré en vigueur", "signé et ratifié"},
	} {
		x := pageFor(view, scene.Now, lang).briefOf(b)
		all := strings.Join(append(append(x.facts, x.happened...), x.why...), "\n")
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: the brief does not say %q:\n%s", lang, w, all)
			}
		}
		if len(x.facts) == 0 || len(x.facts) > keyFacts || len(x.terms) == 0 {
			t.Errorf("%s: %d facts and %d terms", lang, len(x.facts), len(x.terms))
		}
	}
}

func TestInstructionsFromBoxes(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	view := scene.See(scene.Heads()[0])
	f := fields{Values: url.Values{"text": {"Not beyond this."}}}
	for k := range view.Agenda.Issues {
		i := &view.Agenda.Issues[k]
		if i.Kind == portsmouth.Numeric {
			f.Set("from."+i.ID, i.Number.Min)
			f.Set("to."+i.ID, i.Number.At(1))
			continue
		}
		f.Set("may."+i.ID, i.Options[0].ID)
	}
	c, err := instructionsFrom(f, view)
	if err != nil {
		t.Fatal(err)
	}
	may := c.(conference.SendInstructions).May
	for k := range view.Agenda.Issues {
		i := &view.Agenda.Issues[k]
		want := 1
		if i.Kind == portsmouth.Numeric {
			want = 2
		}
		if len(may[i.ID]) != want {
			t.Errorf("issue %s: %v may be signed, %d wanted", i.ID, may[i.ID], want)
		}
	}
}

func TestAgendaWrittenByHand(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Opening)
	view := scene.See("mediator")
	f := fields{Values: url.Values{}}
	for _, l := range view.Opened.Languages {
		f.Set("new.0.title."+l, "Harbour dues")
		f.Set("new.0.options."+l, "None\r\nHalf\r\nFull")
		f.Set("new.1.title."+l, "Harbour dues")
		f.Set("new.1.unit."+l, "crowns")
	}
	f.Set("new.1.max", "1,200")
	f.Set("new.1.step", "100")
	c, err := agendaFrom(f, view)
	if err != nil {
		t.Fatal(err)
	}
	issues := c.(conference.ProposeAgenda).Agenda.Issues
	added := issues[len(issues)-2:]
	if added[0].ID == added[1].ID || len(added[0].Options) != 3 || added[1].Number == nil || added[1].Number.Max != "1200" {
		t.Fatalf("the agenda reads %+v", added)
	}
	if _, err := scene.Do("mediator", c); err != nil {
		t.Errorf("the rules refuse what the form wrote: %v", err)
	}
}
