package words

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/treaty"
)

// catalogue reads all messages of one language: the text of each, or of its plural forms one after the other.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	files, err := fs.Glob(catalogues, "catalogue/*."+lang+".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogue for %s: %v", lang, err)
	}
	all := map[string]string{}
	for _, f := range files {
		raw, err := catalogues.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(raw, &messages); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for key, m := range messages {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %s is in two files", f, key)
			}
			all[key] = flat(m)
		}
	}
	return all
}

func flat(m any) string {
	switch m := m.(type) {
	case string:
		return m
	case map[string]any:
		var b strings.Builder
		for _, form := range portsmouth.SortedKeys(m) {
			b.WriteString(flat(m[form]) + "\n")
		}
		return b.String()
	}
	return ""
}

var place = regexp.MustCompile(`\{[a-z]+\}`)

func TestCataloguesAgree(t *testing.T) {
	first := catalogue(t, Languages[0])
	for _, lang := range Languages[1:] {
		other := catalogue(t, lang)
		for _, key := range portsmouth.SortedKeys(first) {
			if strings.TrimSpace(other[key]) == "" {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			for _, p := range place.FindAllString(first[key], -1) {
				if p != "{count}" && !strings.Contains(other[key], p) {
					t.Errorf("%s: %s has no place for %s", lang, key, p)
				}
			}
		}
		for _, key := range portsmouth.SortedKeys(other) {
			// The rules word their own refusals in the first language: a translation of those has nothing beside it.
			if _, known := first[key]; !known && !strings.HasPrefix(key, "rule.") {
				t.Errorf("%s has %s, which %s lacks", lang, key, Languages[0])
			}
		}
	}
}

// used finds T("key") and T("prefix." + …) in a source file.
var used = regexp.MustCompile(`\bT\(\s*"([a-z0-9.-]+)"\s*([+,)])`)

// TestEveryKeyExists looks at all sources that speak to people. A key that is put together must have a message that
// begins so.
func TestEveryKeyExists(t *testing.T) {
	messages := catalogue(t, Languages[0])
	keys := portsmouth.SortedKeys(messages)
	count := 0
	for _, root := range []string{"../web", "../words", "../../cmd"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !(strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".templ")) ||
				strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				return err
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			for _, m := range used.FindAllStringSubmatch(string(src), -1) {
				count++
				begins := func(k string) bool { return strings.HasPrefix(k, m[1]) }
				if _, there := messages[m[1]]; !there && (m[2] != "+" || !slices.ContainsFunc(keys, begins)) {
					t.Errorf("%s: no message %s", name, m[1])
				}
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if count < 100 {
		t.Errorf("found only %d uses: the pattern no longer fits the sources", count)
	}
}

// kinds reads the kinds of events from the source that names them for storage, so that a new one cannot be missed.
func kinds(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../conference/kinds.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "Kind" || len(fn.Body.List) != 1 {
			continue
		}
		ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
		if lit, isLit := ret.Results[0].(*ast.BasicLit); ok && isLit {
			list = append(list, strings.Trim(lit.Value, `"`))
		}
	}
	if len(list) < 40 {
		t.Fatalf("found only %d kinds of events", len(list))
	}
	return list
}

func text(s string) portsmouth.Text { return portsmouth.Text{"en": s} }

// log is one act of each kind, and of each variant that has its own words.
func log() []conference.Event {
	at := time.Date(1905, 8, 23, 15, 5, 0, 0, time.UTC)
	agenda := portsmouth.Agenda{Version: 1, Issues: []portsmouth.Issue{{
		ID: "sakhalin", Title: text("Sakhalin"), Kind: portsmouth.Discrete,
		Options: []portsmouth.Option{{ID: "south", Label: text("the south to Japan")}},
	}}}
	terms := portsmouth.Outcome{"sakhalin": "south"}
	doc := treaty.Document{Articles: []treaty.Article{{ID: "art-9", Number: "IX"}}}
	signature := treaty.Signature{Party: "japan", Name: "Komura"}
	bodies := []conference.Body{
		conference.Founded{Conference: "c", Title: text("Portsmouth"), Parties: []portsmouth.Party{
			{ID: "japan", Name: text("Japan")}, {ID: "russia", Name: text("Russia")},
		}, Mediated: true},
		conference.Invited{Invitation: "i", Party: "japan", Role: portsmouth.Head, Name: "Komura"},
		conference.InvitationAsked{Invitation: "i", Text: "?"},
		conference.InvitationAnswered{Invitation: "i", Text: "!"},
		conference.SeatTaken{Invitation: "i", Person: "k", Name: "Komura", Party: "japan", Role: portsmouth.Head},
		conference.Invited{Invitation: "j", Party: "russia", Role: portsmouth.Head},
		conference.InvitationDeclined{Invitation: "j"},
		conference.InvitationRevoked{Invitation: "j"},
		conference.RulesProposed{Rules: conference.Rules{Version: 1}},
		conference.RulesAccepted{Version: 1, Party: "japan"},
		conference.RulesInForce{Version: 1},
		conference.StageEntered{Stage: conference.Opening},
		conference.PowersPresented{Party: "japan"},
		conference.PowersFound{Party: "japan", Finder: "russia"},
		conference.PowersObjected{Party: "japan", Objector: "russia"},
		conference.SubstituteAppointed{Party: "japan", Person: "k"},
		conference.SubstituteAppointed{Party: "japan", Person: "k", Recalled: true},
		conference.InstructionsSent{Party: "japan"},
		conference.ActHeld{Held: "h", Party: "japan"},
		conference.HeldApproved{Held: "h"},
		conference.HeldSettled{Held: "h"},
		conference.HeldSettled{Held: "h", Sent: true},
		conference.HeldSettled{Held: "h", Sent: true, Own: true},
		conference.AgendaProposed{Agenda: agenda},
		conference.AgendaAdopted{Version: 1, Party: "japan"},
		conference.AgendaFrozen{Version: 1},
		conference.IssueDeferred{Issue: "sakhalin"},
		conference.IssueReopened{Issue: "sakhalin"},
		conference.HeadConcurred{Party: "japan", Issue: "sakhalin", Option: "south"},
		conference.HeadsSettled{Terms: terms},
		conference.SessionOpened{Number: 1, Place: "Navy Yard"},
		conference.MinutesProposed{Minutes: "m", Session: 1},
		conference.MinutesApproved{Minutes: "m", Party: "japan"},
		conference.SessionAdjourned{Number: 1},
		conference.SessionAdjourned{Number: 1, Until: at},
		conference.CommuniqueProposed{Communique: "q"},
		conference.CommuniqueAgreed{Communique: "q", Party: "japan"},
		conference.Suspended{},
		conference.Resumed{},
		conference.StatementMade{Statement: "s"},
		conference.CarryAllowed{Release: "r", Statement: "s", Party: "japan"},
		conference.StatementReleased{Release: "r", Party: "japan"},
		conference.StatementReleased{Release: "r", Party: "japan", Carried: true},
		conference.OfferMade{Offer: "o", Party: "japan", Terms: terms},
		conference.OfferMade{Offer: "o2", Party: "japan", Terms: terms, Whole: true},
		conference.OfferMade{Offer: "o3", Party: "japan", Terms: terms, If: terms},
		conference.OfferAccepted{Offer: "o", Party: "russia"},
		conference.OfferRejected{Offer: "o", Party: "russia"},
		conference.OfferEnded{Offer: "o", How: "withdrawn"},
		conference.OfferEnded{Offer: "o2", How: "lapsed"},
		conference.OfferEnded{Offer: "o3", How: "overtaken"},
		conference.ProposalPut{Proposal: "p", Closes: at},
		conference.ProposalAnswered{Proposal: "p", Party: "japan", Accept: true},
		conference.ProposalAnswered{Proposal: "p", Party: "japan"},
		conference.ProposalClosed{Proposal: "p", Agreed: true},
		conference.ProposalClosed{Proposal: "p"},
		conference.ProposalWithdrawn{Proposal: "p"},
		conference.BaselineReached{Package: terms},
		conference.TextDrafted{Document: doc},
		conference.CorrectionProposed{Correction: "x", Article: "art-9", Party: "japan"},
		conference.CorrectionAnswered{Correction: "x", Party: "russia", Accept: true},
		conference.CorrectionAnswered{Correction: "x", Party: "russia"},
		conference.CorrectionMade{Correction: "x", Article: "art-9"},
		conference.Initialled{Party: "japan", Articles: map[string]string{"art-9": "00"}},
		conference.Signed{Signature: signature},
		conference.Attested{Signature: treaty.Signature{Name: "Roosevelt"}},
		conference.Ratified{Party: "japan"},
		conference.RatificationNotified{Party: "japan"},
		conference.EnteredIntoForce{On: at},
		conference.RatificationsExchanged{},
		conference.RatificationsExchanged{Place: "Washington"},
		conference.DeadlinePassed{What: "agreement"},
		conference.DeadlinePassed{What: "ratification"},
		conference.HistoryLeft{},
		conference.Closed{},
		conference.BrokenOff{Party: "japan"},
		conference.SeatLeft{Person: "k"},
		conference.QuestionAnswered{Answer: "a", Party: "japan"},
		conference.AnswerWithdrawn{Answer: "a", Party: "japan"},
		conference.PreferencesStated{Party: "japan", Version: 2},
		conference.PreferencesConfirmed{Party: "japan", Version: 2},
		conference.PreferencesAllowed{Party: "japan", Version: 2},
		conference.PreferencesAllowed{Party: "japan", Stopped: true},
		conference.PreparationErased{Party: "japan"},
		conference.DebriefAgreed{Party: "japan"},
		conference.DebriefOpened{},
	}
	for _, purpose := range conference.KeyPurposes {
		bodies = append(bodies, conference.KeyDeclared{Person: "k", Purpose: purpose})
	}
	bodies = append(
		bodies, conference.KeyRetracted{Person: "k"}, conference.CommentSubmitted{Name: "A. Reader"}, conference.CommentAnswered{},
		conference.EmbargoEnded{}, conference.Cosigned{}, conference.RuptureDeclared{}, conference.BreakOffAgreed{Party: "north"},
		conference.NoteDestroyed{Was: "statement-made"}, conference.NotesDestroyed{}, conference.NotesDestroyed{Rule: true},
		conference.DestructionAsked{Until: at}, conference.DestructionRefused{}, conference.DeadlinePassed{What: "notes"},
	)
	bodies = append(bodies, rounds(at)...)
	for _, item := range conference.Items {
		bodies = append(bodies, conference.Published{Item: item})
	}
	events := make([]conference.Event, len(bodies))
	for k, b := range bodies {
		events[k] = conference.Event{
			ID: string(rune('a' + k)), At: at, By: "k", Party: "japan", Role: portsmouth.Head, Audience: conference.ToPublic, Body: b,
		}
	}
	return events
}

// rounds is every type of round, met and not met.
func rounds(at time.Time) []conference.Body {
	terms := portsmouth.Outcome{"sakhalin": "south"}
	var bodies []conference.Body
	for _, kind := range []conference.RoundType{
		conference.SuggestionRound, conference.ImprovementRound, conference.DirectionRound,
		conference.NumberRound, conference.OptionsRound, conference.PackageRound,
	} {
		id := string(kind)
		bodies = append(bodies,
			conference.RoundOpened{Round: id, Type: kind, Issue: "sakhalin", Closes: at},
			conference.RoundEntered{Round: id, Party: "japan"},
			conference.RoundLeft{Round: id, Party: "japan"},
			conference.RoundClosed{Round: id, Met: true, Terms: terms},
			conference.RoundClosed{Round: id},
		)
	}
	return append(
		bodies,
		conference.RoundWithdrawn{Round: "number"},
		conference.Suggested{Round: "suggestion", Packages: []portsmouth.Outcome{terms}},
		conference.EntryOpened{Round: "number", Party: "japan"},
	)
}

func TestDescribeSaysEveryAct(t *testing.T) {
	events := log()
	covered := map[string]bool{}
	for _, lang := range Languages {
		p := For(lang)
		for k := range events {
			covered[events[k].Body.Kind()] = true
			// What an act is about may be known only from those before it.
			view := conference.Look(events[:k+1], conference.Viewer{})
			s := Describe(p, view, view.Acts[k])
			if s == "" || strings.ContainsAny(s, "⟦{") || strings.Contains(s, "%!") {
				t.Errorf("%s: %s: %q", lang, events[k].Body.Kind(), s)
			}
		}
	}
	for _, kind := range kinds(t) {
		if !covered[kind] {
			t.Errorf("no sentence is tried for an act of the kind %s", kind)
		}
	}
}

func TestDescribeReadsWell(t *testing.T) {
	events := log()
	view := conference.Look(events, conference.Viewer{})
	for _, c := range []struct {
		kind, en, fr string
	}{
		{"head-concurred", "Japan is ready to settle Sakhalin: the south to Japan", "Japan est prêt à régler Sakhalin\u00a0: the south to Japan"},
		{"offer-accepted", "Russia accepts the offer of Japan", "Russia accepte l’offre\u00a0: Japan"},
		{"correction-made", "The wording is changed: article IX. Its initials fall", "La rédaction est changée\u00a0: article IX. Ses paraphes tombent"},
		{"initialled", "Japan initials one article under its digest", "Japan paraphe un article sous son empreinte"},
	} {
		k := slices.IndexFunc(view.Acts, func(a conference.Numbered) bool { return a.Body.Kind() == c.kind })
		if got := Describe(For("en"), view, view.Acts[k]); got != c.en {
			t.Errorf("got  %q\nwant %q", got, c.en)
		}
		if got := Describe(For("fr"), view, view.Acts[k]); got != c.fr {
			t.Errorf("got  %q\nwant %q", got, c.fr)
		}
	}
}

func TestCommandsHaveWords(t *testing.T) {
	for _, lang := range Languages {
		p := For(lang)
		for _, name := range conference.Commands() {
			if !p.Has("command." + name) {
				t.Errorf("%s: no words for the command %s", lang, name)
			}
		}
		for _, stage := range conference.Stages {
			if !p.Has("stage." + string(stage)) {
				t.Errorf("%s: no words for the stage %s", lang, stage)
			}
		}
	}
}

func TestChoiceOfLanguage(t *testing.T) {
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{nil, "en"},
		{[]string{"fr"}, "fr"},
		{[]string{"", "fr-CH, fr;q=0.9, en;q=0.8"}, "fr"},
		{[]string{"xx;;;", "fr"}, "fr"},
		{[]string{"ja"}, "en"},
		{[]string{"ja", "fr"}, "fr"},
		{[]string{"en", "fr"}, "en"},
	} {
		if got := For(c.wishes...).Lang(); got != c.want {
			t.Errorf("%q gives %s, want %s", c.wishes, got, c.want)
		}
	}
}

func TestValuesArePutInOnce(t *testing.T) {
	p := For("en")
	got := p.T("invitation.eyebrow", "name", "{name} {who}")
	if want := "{name} {who} invites you to a conference"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := p.T("no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("a key that is missing shows as %q", got)
	}
}

// A message without plural forms is said for every number, one among them.
func TestOneFormForAnyNumber(t *testing.T) {
	for _, lang := range Languages {
		for _, n := range []int{0, 1, 2} {
			if s := For(lang).T("act.more-terms", "count", n); strings.ContainsAny(s, "⟦{") {
				t.Errorf("%s, %d: %q", lang, n, s)
			}
		}
	}
}

func TestTimesAndNumbers(t *testing.T) {
	portsmouthTime := time.FixedZone("Portsmouth", -5*3600)
	at := time.Date(1905, 9, 1, 20, 47, 0, 0, time.UTC)
	en, fr := For("en").InZone(portsmouthTime), For("fr").InZone(portsmouthTime)
	for _, c := range []struct{ got, want string }{
		{en.DateTime(at), "1 September 1905, 15:47"},
		{fr.DateTime(at), "1er septembre 1905, 15:47"},
		{en.Moment(at), "1 Sept, 15:47"},
		{en.Until(at.Add(72*time.Hour), at), "in 3 days"},
		{fr.Until(at, at.Add(90*time.Minute)), "il y a 90 minutes"},
		{fr.Until(at.Add(24*time.Hour), at), "dans 24 heures"},
		{en.Until(at, at), "now"},
		{en.Offset(at), "UTC−5"},
		{en.InZone(time.FixedZone("", 5*3600+1800)).Offset(at), "UTC+5:30"},
		{en.Number(1200), "1,200"},
		{fr.Number(1200), "1\u00a0200"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
