package web

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/words"
)

// A page of a conference can be drawn for every part at every stage, in both languages, and nothing that somebody wrote
// becomes markup.

// screensOf lists the pages that show a view.
func screensOf() map[string]screen {
	return map[string]screen{
		"table": tablePage, "room": roomPage, "rules": rulesPage, "agenda": agendaPage, "offers": offersPage,
		"proposal": proposalPage, "delegation": delegationPage, "sessions": sessionsPage, "text": textPage,
		"signing": signingPage, "after": afterPage,
		"public": func(s *sheet) templ.Component { return publicPage(s, s.View.Public()) },
	}
}

func pageFor(view *conference.View, now time.Time, lang string) *Page {
	printer := words.For(lang)
	return &Page{
		View: view, Now: now, Self: "/c/" + conftest.ConferenceID, words: printer, venue: printer, static: loadStatic(),
		key: func() string { return "key" },
	}
}

func sheetFor(view *conference.View, now time.Time, lang string, at map[string]string) *sheet {
	return &sheet{Page: pageFor(view, now, lang), at: func(name string) string { return at[name] }}
}

func draw(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is what an attacker would write into a statement.
const hostile = `<script>alert("x")</script><img src=x onerror=alert(1)>`

// lively brings a scene to a stage with something in every room on the way.
func lively(t testing.TB, o conftest.Options, stage conference.Stage) *conftest.Scene {
	t.Helper()
	scene := conftest.NewScene(o)
	if err := scene.To(stage); err != nil {
		t.Fatal(err)
	}
	if stage == conference.Convening {
		return scene
	}
	heads := scene.Heads()
	for _, who := range heads {
		for _, room := range []string{"plenary", "delegation", "caucus"} {
			_, _ = scene.Do(who, conference.Speak{Room: room, Text: hostile + " said by " + who + " in " + room})
		}
	}
	for _, c := range []conference.Command{
		conference.OpenSession{Place: hostile, Purpose: "To hear both"},
		conference.ProposeCommunique{Text: portsmouth.Text{"en": hostile, "fr": hostile}},
		conference.SendInstructions{Text: hostile},
		conference.AdjournSession{Note: "until tomorrow"},
	} {
		_, _ = scene.Do(heads[0], c)
	}
	if stage == conference.Bargaining {
		for _, who := range heads {
			if _, err := scene.Do(who, conference.MakeOffer{Terms: conftest.Package(), Note: hostile}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return scene
}

// peopleOf lists the people of a scene: those seated, the convener, and a stranger.
func everybody1(scene *conftest.Scene) []string {
	people := map[string]bool{"nobody": true}
	for _, e := range scene.Log {
		people[e.By] = e.By != ""
	}
	for _, v := range []string{""} {
		delete(people, v)
	}
	return portsmouth.SortedKeys(people)
}

func TestEveryPageForEveryPartAtEveryStage(t *testing.T) {
	for _, stage := range conference.Stages {
		if stage == conference.BrokenOffStage {
			continue
		}
		scene := lively(t, conftest.Options{}, stage)
		for _, person := range everybody1(scene) {
			for name, page := range screensOf() {
				for _, lang := range words.Languages {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", stage, person, name, lang), func(t *testing.T) {
						view := scene.See(person)
						lend(view, conftest.ConferenceID, view.Public())
						html := draw(t, page(sheetFor(view, scene.Now, lang, nil)))
						if strings.Contains(html, "<script>alert") || strings.Contains(html, "<img src=x") {
							t.Error("what somebody wrote has become markup")
						}
						if !strings.Contains(html, "</html>") || strings.Contains(html, " style=") {
							t.Error("the page is not whole, or has a style that the policy forbids")
						}
						if missing := missingWords(html); missing != "" {
							t.Errorf("no words for %s", missing)
						}
					})
				}
			}
		}
	}
}

// missingWords finds a key of the catalogue that shows itself because it has no words.
func missingWords(html string) string {
	for _, prefix := range []string{">step.", ">rules.", ">state.", ">offer.", "command.", ">held.", ">text.", ">stage.", ">role.", ">status."} {
		if at := strings.Index(html, prefix); at >= 0 {
			return strings.TrimSpace(html[at : at+40])
		}
	}
	return ""
}
