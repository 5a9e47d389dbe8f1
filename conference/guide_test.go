package conference_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestGuide: docs/guide/stages.md is the table of stage.go, for people.
func TestGuide(t *testing.T) {
	compare(t, filepath.Join("..", "docs", "guide", "stages.md"), guide())
}

const guideHead = `<!-- Generated from conference/stage.go by "go test ./conference -update". Do not edit. -->
# Stages

A conference goes through seven stages. What may be done in each, and by whom, is one table, and this page is drawn from it.

` + "```text" + `
  convening      invitations; rules of procedure
      |            all heads and the mediator consent to the rules
  opening        full powers; the agenda
      |            full powers found in due form (where the rules ask for them), agenda adopted by all
  bargaining     offers, proposals, issue by issue
      |            all accept one whole package (or, where the rules say so, the last open issue is settled)
  text <------.  articles corrected and initialled
      |       |    every article initialled by every head
  signature --'  signed by each head; a correction made before the first signature leads back
      |            the last head signs, and so many witnesses as the rules name have seen all signatures
      |            (in force at once, where the rules say "on-signature")
  ratification   ratified by each principal
      |            the last ratification, or the last notice of one
  in-force       the agreement binds; ratifications are exchanged
      |            somebody closes the conference
  closed

  broken-off     from any stage before "in-force", by any head, with a reason
` + "```" + `

A refusal names its rule: ` + "`role:`" + ` and the command when it is not for you, ` + "`stage:`" + ` and the command when it is not for now,
` + "`suspended`" + ` while the conference is suspended. Commands marked * may be sent then, too. Commands marked † answer what stands:
they are refused when something has happened that their author has not seen. Whoever sees nothing of a conference sees no
stage either; what they may send all the same is marked ○.

Where the rules name a quorum of witnesses, the stage of signature goes on after the last signature, until they have seen it. Then
nothing is possible any more that ends with the signatures, as a correction; the rest is as in ratification, but for two ways out.
Commands marked ‡ are possible in the stage of signature only then: all together can change how many witnesses are waited for, and
nothing else of the rules. And ` + "`break-off`" + ` then takes all heads, and not one.

| Command | What for | Who | `

func guide() string {
	var b strings.Builder
	b.WriteString(guideHead)
	shown := conference.Stages[:7]
	for _, stage := range shown {
		b.WriteString(string(stage) + " | ")
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat(":-:|", len(shown)) + "\n")
	for _, verb := range conference.Commands() {
		b.WriteString(guideLine(verb, shown))
	}
	return b.String()
}

func guideLine(verb string, shown []conference.Stage) string {
	p, _ := conference.PermitFor(verb)
	in := map[conference.Stage]bool{}
	for _, stage := range p.Stages {
		in[stage] = true
	}
	name := "`" + verb + "`"
	for _, mark := range []struct {
		on   bool
		mark string
	}{{p.Suspended, " *"}, {p.Fresh, " †"}, {p.Waiting, " ‡"}, {in[""], " ○"}} {
		if mark.on {
			name += mark.mark
		}
	}
	line := fmt.Sprintf("| %s | %s | %s |", name, p.Does, who(p.Roles))
	for _, stage := range shown {
		cell := " |"
		if in[stage] {
			cell = " ● |"
		}
		line += cell
	}
	return line + "\n"
}

func who(roles []portsmouth.Role) string {
	names := make([]string, len(roles))
	for k, r := range roles {
		names[k] = string(r)
		if r == portsmouth.Public {
			names[k] = "anyone without a seat"
		}
	}
	return strings.Join(names, ", ")
}

// everyStage is a scene in every stage, and one before the first.
func everyStage(t testing.TB) []*conftest.Scene {
	t.Helper()
	scenes := []*conftest.Scene{conftest.NewScene(conftest.Options{})}
	for _, stage := range conference.Stages {
		s := conftest.NewScene(conftest.Options{})
		if err := s.To(stage); err != nil {
			t.Fatal(err)
		}
		scenes = append(scenes, s)
	}
	return scenes
}
