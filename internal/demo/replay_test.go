package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

func TestWholeChronicle(t *testing.T) {
	c, m, r := played(t, time.Time{})
	if r.Position() != r.Len() || r.Len() < 80 {
		t.Fatalf("%d of %d acts were played; a chronicle has at least 80", r.Position(), r.Len())
	}
	if _, ok := r.Upcoming(); ok {
		t.Error("there is an act after the last")
	}
	if _, done, err := r.Next(t.Context()); !done || err != nil {
		t.Errorf("after the end: done %t, %v", done, err)
	}
	v := seenBy(t, m, c, "komura")
	if v.Stage != conference.InForce || v.Exchanged == nil || v.Exchanged.Place != "Washington" {
		t.Fatalf("stage %s, exchanged %+v", v.Stage, v.Exchanged)
	}
	if got := v.Signatures[0].At; !got.Equal(time.Date(1905, 9, 5, 20, 47, 0, 0, time.UTC)) {
		t.Errorf("signed at %s, not at 15.47 in Portsmouth", got)
	}
	if got := v.InForceOn.Format(time.DateOnly); got != "1905-10-15" {
		t.Errorf("in force on %s", got)
	}
	actual, err := c.Scenario.Package("actual")
	if err != nil {
		t.Fatal(err)
	}
	if !v.Baseline.Package.Equal(actual) {
		t.Errorf("agreed: %s\nhistory: %s", v.Baseline.Package, actual)
	}
	if len(v.Sessions) != 10 {
		t.Errorf("%d sessions; the tenth is that of 29 August", len(v.Sessions))
	}
	for _, x := range v.Minutes {
		if !x.Adopted {
			t.Errorf("the minutes of session %d were not approved by both", x.Session)
		}
	}
}

func TestEveryActHasASource(t *testing.T) {
	c := load(t)
	used := map[string]bool{}
	for _, a := range c.Acts {
		if len(a.Sources) == 0 {
			t.Errorf("act %d has no source", a.Number)
		}
		for _, key := range a.Sources {
			used[key] = true
			if c.Sources[key].Title == "" {
				t.Errorf("act %d: source %s has no title", a.Number, key)
			}
		}
	}
	for _, key := range portsmouth.SortedKeys(c.Sources) {
		if !used[key] {
			t.Errorf("source %s is listed and not used", key)
		}
	}
	first, last := c.Acts[0].At, c.Acts[len(c.Acts)-1].At
	if first.Format(time.DateOnly) != "1905-06-08" || last.Format(time.DateOnly) != "1905-11-25" {
		t.Errorf("the chronicle runs from %s to %s", first, last)
	}
}

func TestAsItStoodOnTheEveOfThe29th(t *testing.T) {
	c, m, r := played(t, load(t).Stop)
	if next, _ := r.Upcoming(); next.Name != "wittes-note" {
		t.Fatalf("the next act is %s", next.Name)
	}
	v := seenBy(t, m, c, "komura")
	if v.Stage != conference.Bargaining {
		t.Fatalf("stage %s", v.Stage)
	}
	want := portsmouth.Outcome{
		"korea": "paramount_consent_minuted", "evacuation": "both_18_months", "manchuria_to_china": "mutual", "open_door": "open_door_mfn",
		"liaotung_lease": "japan_china_consent", "railway_south": "to_changchun", "railway_use": "mutual_commercial", "fishing": "convention",
	}
	if got := v.Settled(); !got.Equal(want) {
		t.Errorf("settled ad referendum: %s\nhistory: %s", got, want)
	}
	for issue := range want {
		if v.Head(issue).Status != conference.AdReferendum {
			t.Errorf("%s is %s", issue, v.Head(issue).Status)
		}
	}
	for _, issue := range []string{"sakhalin", "payment"} {
		if v.Head(issue).Status != conference.Open {
			t.Errorf("%s is %s", issue, v.Head(issue).Status)
		}
	}
	var standing []string
	for _, o := range v.Standing() {
		standing = append(standing, o.Party+" "+o.At.Format("2 Jan"))
	}
	if want := []string{"russia 12 Aug", "russia 15 Aug", "russia 17 Aug", "japan 23 Aug", "russia 26 Aug"}; !slices.Equal(standing, want) {
		t.Errorf("standing offers: %v, not %v", standing, want)
	}
	for party, option := range map[string]string{"japan": "split_50n", "russia": "all_russian"} {
		if got := v.Head("sakhalin").Positions[party]; got != option {
			t.Errorf("%s stands at %s on Sakhalin, not %s", party, got, option)
		}
	}
	if n := len(v.HeldActs()); n != 0 {
		t.Errorf("%d acts are still held back in the Japanese delegation", n)
	}
	if err := v.May("make-offer"); err != nil {
		t.Errorf("whoever sits in Komura's place cannot play on: %v", err)
	}
}

func TestInstructionsStayAtHome(t *testing.T) {
	c, m, _ := played(t, time.Time{})
	secrets := map[string][]string{
		"japan":  {"even if both the payment and the land", "Ishii of the Foreign Ministry", "Absolutely necessary", "he will break off"},
		"russia": {"neither an inch of land", "End the talks", "Four things are not to be granted", "It would be convenient"},
	}
	own := map[string]string{"japan": "komura", "russia": "witte"}
	for party, texts := range secrets {
		for _, text := range texts {
			if !strings.Contains(everything(t, m, c, own[party]), text) {
				t.Errorf("%s does not see its own “%s”", party, text)
			}
			for _, person := range c.People() {
				if p, _, _ := c.Seat(person); p != party && strings.Contains(everything(t, m, c, person), text) {
					t.Errorf("%s sees “%s” of %s", person, text, party)
				}
			}
		}
	}
	if strings.Contains(everything(t, m, c, "komura"), "the southern half of Sakhalin and the cost") {
		t.Error("Komura reads what the Emperor told Meyer")
	}
	if !strings.Contains(everything(t, m, c, "roosevelt"), "the southern half of Sakhalin and the cost") {
		t.Error("Roosevelt does not read what the Emperor told Meyer")
	}
}

// everything is all that a person can get, as text: the acts they may see and what these amount to.
func everything(t *testing.T, m *memory, c *Chronicle, person string) string {
	t.Helper()
	v := seenBy(t, m, c, person)
	var b strings.Builder
	for _, e := range v.Acts {
		body, err := json.Marshal(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s\n", e.Audience, body)
	}
	for _, held := range v.Held {
		b.Write(held.Command)
	}
	for _, list := range []any{v.Instructions, v.Held, v.Statements, v.Offers, v.Public()} {
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

func TestWhatThePublicKnows(t *testing.T) {
	c, m, _ := played(t, time.Time{})
	public := conference.Look(m.log, conference.Viewer{}).Public()
	if public.Convened == nil || public.Signed == nil || public.InForce == nil || public.Exchanged == nil || public.Text == nil {
		t.Fatalf("published: convened %t, signed %t, in force %t, exchanged %t, text %t",
			public.Convened != nil, public.Signed != nil, public.InForce != nil, public.Exchanged != nil, public.Text != nil)
	}
	text, err := json.Marshal(public)
	if err != nil {
		t.Fatal(err)
	}
	// What the short account of the conference says that stood at the beginning of this project.
	for _, fact := range []string{
		"Empire of Japan", "Russian Empire", "Russo-Japanese War", "Portsmouth Naval Shipyard", "Theodore Roosevelt", "mediates",
		"Sergei Witte", "Komura Jutaro", "There shall henceforth be peace and amity", "paramount political, military and economical interests",
		"Manchuria", "southern portion of the Island of Saghalien", "emergence as a great power",
	} {
		if !strings.Contains(string(text), fact) {
			t.Errorf("the public is not told “%s”", fact)
		}
	}
	if len(public.Communiques) != 11 {
		t.Errorf("%d communiqués", len(public.Communiques))
	}
	session := slices.IndexFunc(public.Communiques, func(p conference.Publication) bool { return p.Session == 4 })
	if session < 0 || !strings.Contains(public.Communiques[session].Text["en"], "articles four and five") {
		t.Error("the statement after the session of 15 August is not that of the day")
	}
	press, publicActs := seenBy(t, m, c, "press"), conference.Look(m.log, conference.Viewer{}).Acts
	if len(press.Acts) != len(publicActs) {
		t.Errorf("the press sees %d acts, the public %d", len(press.Acts), len(publicActs))
	}
}

func TestTextIsPublishedWhenInForce(t *testing.T) {
	_, m, _ := played(t, time.Date(1905, 10, 14, 23, 0, 0, 0, time.UTC))
	public := conference.Look(m.log, conference.Viewer{}).Public()
	if public.Signed == nil || public.Text != nil {
		t.Errorf("before entry into force: signed is known %t, the text %t", public.Signed != nil, public.Text != nil)
	}
}

func TestGoesOnAfterARestart(t *testing.T) {
	c, m := load(t), &memory{}
	first := open(t, m, c)
	for range 100 {
		if _, _, err := first.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	again := open(t, m, c)
	if again.Position() != 100 {
		t.Fatalf("found again at %d", again.Position())
	}
	if err := again.Until(t.Context(), c.Acts[len(c.Acts)-1].At); err != nil {
		t.Fatal(err)
	}
	if end := open(t, m, c); end.Position() != end.Len() {
		t.Errorf("at the end found at %d of %d", end.Position(), end.Len())
	}
	_, whole, _ := played(t, time.Time{})
	if len(m.log) != len(whole.log) {
		t.Errorf("%d acts in the record with a restart, %d without", len(m.log), len(whole.log))
	}
}

func TestStopsWhenPeopleLeaveHistory(t *testing.T) {
	c, m, r := played(t, load(t).Stop)
	m.leaveHistory(t)
	before := r.Position()
	_, _, err := r.Next(t.Context())
	if portsmouth.RuleOf(err) != "left-history" || r.Position() != before {
		t.Errorf("after leaving history: %v, position %d of %d", err, r.Position(), before)
	}
	if again := open(t, m, c); again.Position() != before {
		t.Errorf("a restart finds position %d, not %d", again.Position(), before)
	}
}

func TestNobodyIsMissing(t *testing.T) {
	c := load(t)
	all := cast(c)
	delete(all, "nicholas")
	if _, err := Open(t.Context(), &memory{}, c, conferenceID, all); err == nil || !strings.Contains(err.Error(), "nicholas") {
		t.Errorf("opened without an emperor: %v", err)
	}
}
