package treaty_test

import (
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/treaty"
)

// TestText is the place to begin: the whole treaty of the sample, as it is read.
func TestText(t *testing.T) {
	d := sampleDocument(t)
	golden(t, "treaty.en.txt", d.PlainText("en"))
	golden(t, "treaty.fr.txt", d.PlainText("fr"))
	golden(t, "treaty.fr.md", d.Markdown("fr"))
}

func TestOriginsFollowTheAgenda(t *testing.T) {
	d := sampleDocument(t)
	var got []string
	for _, a := range d.Articles {
		for _, o := range a.From {
			got = append(got, a.Number+":"+a.ID+"<"+o.Issue+"="+o.Option)
		}
	}
	want := "II:art-territory<island=split II:art-territory<straits=open III:art-money<payment=1200 I:annex-limits<straits=open"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestEmptyArticlesAreLeftOut(t *testing.T) {
	a := sampleAgenda()
	a.Frame.Articles[1].After = nil
	o := portsmouth.Outcome{"island": "whole", "payment": "0", "straits": "silent"}
	d, err := treaty.Assemble(a, o, []string{"en"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Articles) != 2 || d.Articles[1].ID != "art-languages" || d.Articles[1].Number != "II" {
		t.Errorf("articles: %+v", d.Articles)
	}
	if _, french := d.Articles[0].Body["fr"]; french {
		t.Error("a language that was not asked for is in the text")
	}
}

func TestWithoutAFrameEachIssueIsAnArticle(t *testing.T) {
	a := sampleAgenda()
	a.Frame = portsmouth.Frame{}
	for k := range a.Issues {
		for j := range a.Issues[k].Options {
			a.Issues[k].Options[j].Clauses = nil
		}
	}
	a.Issues[1].Number.Clauses = nil
	d, err := treaty.Assemble(a, sampleOutcome(), []string{"en", "fr"}, "")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "plain.txt", d.PlainText("en")+"\n"+d.PlainText("fr"))
}

func TestAssembleRefuses(t *testing.T) {
	langs := []string{"en", "fr"}
	for _, c := range []struct {
		name, rule string
		change     func(*portsmouth.Agenda, portsmouth.Outcome)
		langs      []string
		prevails   string
	}{
		{"an open issue", "package-whole", func(_ *portsmouth.Agenda, o portsmouth.Outcome) { delete(o, "straits") }, langs, ""},
		{"an unknown option", "option-exists", func(_ *portsmouth.Agenda, o portsmouth.Outcome) { o["straits"] = "shut" }, langs, ""},
		{"a language the agenda lacks", "text-languages", nil, []string{"en", "de"}, ""},
		{"no language", "text-languages", nil, nil, ""},
		{"a language twice", "text-languages", nil, []string{"en", "en"}, ""},
		{"a stranger that prevails", "text-prevails", nil, langs, "ru"},
		{"a clause for no article", "article-exists", func(a *portsmouth.Agenda, _ portsmouth.Outcome) { a.Frame.Articles = a.Frame.Articles[:2] }, langs, ""},
		{"a reserved id", "article-id", func(a *portsmouth.Agenda, _ portsmouth.Outcome) { a.Frame.Articles[0].ID = treaty.Preamble }, langs, ""},
		{"text that turns round", "text-characters", func(a *portsmouth.Agenda, _ portsmouth.Outcome) { a.Frame.Title["en"] = "a\u202eb" }, langs, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, o := sampleAgenda(), sampleOutcome()
			if c.change != nil {
				c.change(a, o)
			}
			_, err := treaty.Assemble(a, o, c.langs, c.prevails)
			rule(t, err, c.rule)
		})
	}
	_, err := treaty.Assemble(nil, nil, langs, "")
	rule(t, err, "agenda-given")
}

func TestWithArticle(t *testing.T) {
	d := sampleDocument(t)
	before := treaty.DigestOf(d)
	for _, id := range d.Parts() {
		c, err := d.WithArticle(id, both("Another text.", "Un autre texte."))
		if err != nil {
			t.Fatal(id, err)
		}
		if treaty.DigestOf(c) == before {
			t.Error(id, "the digest did not change")
		}
		for _, other := range d.Parts() {
			x, _ := treaty.ArticleDigest(d, other)
			y, _ := treaty.ArticleDigest(c, other)
			if (x == y) != (other != id) {
				t.Errorf("correcting %s: digest of %s: %s, then %s", id, other, x, y)
			}
		}
	}
	if treaty.DigestOf(d) != before {
		t.Error("a correction changed the original")
	}
	_, err := d.WithArticle("art-9", both("a", "b"))
	rule(t, err, "article-exists")
	_, err = d.WithArticle("art-peace", portsmouth.Text{"en": "Only one."})
	rule(t, err, "text-languages")
	_, err = d.WithArticle("art-peace", portsmouth.Text{"en": "a", "fr": "b", "de": "c"})
	rule(t, err, "text-languages")
	_, err = d.WithArticle("art-peace", nil)
	rule(t, err, "text-languages")
}

func TestCorrectionSharesNothing(t *testing.T) {
	d := sampleDocument(t)
	body := both("x", "y")
	c, err := d.WithArticle("art-peace", body)
	if err != nil {
		t.Fatal(err)
	}
	body["en"], c.Title["en"], c.Articles[1].From[0].Option = "z", "z", "z"
	if c.Articles[0].Body["en"] != "x" || d.Title["en"] == "z" || d.Articles[1].From[0].Option == "z" {
		t.Error("a copy shares memory with its original")
	}
}

func TestCheckText(t *testing.T) {
	for _, good := range []string{"", "a\nb", "1\u202f200", "Komura Jutarō", "می\u200cخواهم", "日露講和条約", "👩\u200d⚖️"} {
		if err := treaty.CheckText("it", good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"a\tb": "text-characters", "a\rb": "text-characters", "\x00": "text-characters", "\x7f": "text-characters",
		"\u0085": "text-characters", "\u200b": "text-characters", "\u2066": "text-characters", "\ufeff": "text-characters",
		"\u2028": "text-characters", "\U000e0041": "text-characters", "\uffff": "text-characters", "\u00ad": "text-characters",
		"\U0010fffe": "text-characters",
		"\xff":       "text-utf8", "e\u0301": "text-nfc",
	} {
		rule(t, treaty.CheckText("it", bad), want)
	}
}

func TestTidy(t *testing.T) {
	in := "\ufeffOne \r\n\r\n  two\tthree\rcafe\u0301 \u00ad\n"
	if got, want := treaty.Tidy(in), "One\ntwo three\ncaf\u00e9"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzTidy(f *testing.F) {
	f.Add("a\r\n\u00ad \u2028e\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		once := treaty.Tidy(s)
		if twice := treaty.Tidy(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
	})
}

func TestNumbers(t *testing.T) {
	for _, c := range [][3]string{
		{"1200", "en", "1,200"},
		{"1200", "fr", "1\u202f200"},
		{"1200", "fr-CA", "1\u202f200"},
		{"1234567.125", "en", "1,234,567.125"},
		{"1234567.125", "fr", "1\u202f234\u202f567,125"},
		{"-999", "en", "-999"},
		{"-1000", "en", "-1,000"},
		{"0", "de", "0"},
		{"0.5", "de", "0,5"},
	} {
		if got := treaty.FormatNumber(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s: got %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestArticlesAreCountedInRoman(t *testing.T) {
	d := treaty.Document{Languages: []string{"en"}}
	for _, n := range strings.Fields("I II III IV V VI VII VIII IX X XI XII XIII XIV XV") {
		d.Articles = append(d.Articles, treaty.Article{ID: "a-" + strings.ToLower(n), Number: n, Body: portsmouth.Text{"en": "."}})
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	d.Articles[3].Number = "IIII"
	rule(t, d.Check(), "article-number")
}

func TestRenderingKeepsEveryWord(t *testing.T) {
	d := sampleDocument(t)
	d, err := d.WithArticle("art-peace", both("1. *First* <b>& _second_ [x](y)\n- dash # no heading", "- x"))
	if err != nil {
		t.Fatal(err)
	}
	md := d.Markdown("en")
	for _, want := range []string{`1\. \*First\* \<b\>\& \_second\_ \[x\](y)`, "\n\n\\- dash \\# no heading\n\n"} {
		if !strings.Contains(md, want) {
			t.Errorf("the Markdown lacks %q:\n%s", want, md)
		}
	}
	for _, line := range strings.Split(d.PlainText("en"), "\n") {
		if len([]rune(line)) > 78 {
			t.Errorf("a line of more than 78 columns: %q", line)
		}
	}
	if !strings.Contains(d.PlainText("de"), "Traité de paix") {
		t.Error("in a language that is missing, the text that prevails is shown")
	}
}
