// Package words says everything in the reader's language: sentences from the message catalogues, dates, times, numbers,
// and one sentence for each kind of act.
//
// A message is named by a key ("door.title") and may have places for values in braces: "offered by {party}". One whose
// number matters has plural forms ("one", "other", as the language needs) and the value "count". A new language is a
// file for each area in catalogue/, and its name in Languages.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // readers' zones must be known on machines that have no zone files

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"portsmouth"
)

//go:embed catalogue/*.json
var catalogues embed.FS

// Languages are the languages that the venue speaks, the first when nothing else fits.
var Languages = []string{"en", "fr"}

// What speaks is made when it is first needed: a command that says nothing should not wait for it.
var (
	bundle   = sync.OnceValue(load)
	matcher  = sync.OnceValue(func() language.Matcher { return language.NewMatcher(tags()) })
	speakers = sync.OnceValue(speakersByLanguage)
)

// speaker is what all printers of one language share.
type speaker struct {
	localizer *i18n.Localizer
	numbers   *message.Printer
}

func load() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	// The files are part of the program, and a test loads them: an error here cannot reach a reader.
	files, _ := fs.Glob(catalogues, "catalogue/*.json")
	for _, f := range files {
		if _, err := b.LoadMessageFileFS(catalogues, f); err != nil {
			panic(fmt.Sprintf("words: %s: %v", f, err))
		}
	}
	return b
}

func tags() []language.Tag {
	list := make([]language.Tag, len(Languages))
	for k, l := range Languages {
		list[k] = language.MustParse(l)
	}
	return list
}

func speakersByLanguage() map[string]speaker {
	m := map[string]speaker{}
	for _, l := range Languages {
		m[l] = speaker{i18n.NewLocalizer(bundle(), l), message.NewPrinter(language.MustParse(l))}
	}
	return m
}

// Printer speaks one language, with the times of one zone. The zero value is not usable; see [For].
type Printer struct {
	lang string
	zone *time.Location
	speaker
}

// For returns a printer for the first of the wishes that the venue can fulfil: language tags, or whole Accept-Language
// headers. Without one that fits it speaks the first of Languages. Times are in UTC.
func For(wishes ...string) Printer {
	for _, w := range wishes {
		wanted, _, err := language.ParseAcceptLanguage(w)
		if err != nil || len(wanted) == 0 {
			continue
		}
		if _, k, how := matcher().Match(wanted...); how != language.No {
			return printer(Languages[k])
		}
	}
	return printer(Languages[0])
}

func printer(lang string) Printer {
	return Printer{lang: lang, zone: time.UTC, speaker: speakers()[lang]}
}

// InZone returns the same printer with the times of a zone.
func (p Printer) InZone(zone *time.Location) Printer {
	p.zone = zone
	return p
}

// Lang is the language's tag: "en".
func (p Printer) Lang() string { return p.lang }

// Zone is where the printer's times are.
func (p Printer) Zone() *time.Location { return p.zone }

// Has reports whether the catalogue has a message under key.
func (p Printer) Has(key string) bool {
	_, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateParser: template.IdentityParser{}})
	return err == nil
}

// T returns the message of that key with the values put in: pairs of a name and a value. An int named "count" chooses
// the plural form. A key that is missing shows itself, so that it is seen.
func (p Printer) T(key string, values ...any) string {
	c := i18n.LocalizeConfig{MessageID: key, TemplateParser: template.IdentityParser{}}
	for k := 0; k+1 < len(values); k += 2 {
		if n, ok := values[k+1].(int); ok && values[k] == "count" {
			c.PluralCount = n
		}
	}
	s, err := p.localizer.Localize(&c)
	if err != nil && c.PluralCount != nil { // a message of one form is right for any number
		c.PluralCount = nil
		s, err = p.localizer.Localize(&c)
	}
	if err != nil {
		return "⟦" + key + "⟧"
	}
	return p.fill(s, values)
}

// fill puts values into their places in one pass, so that a value that looks like a place stays as it is.
func (p Printer) fill(s string, values []any) string {
	if len(values) < 2 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, closed := strings.Cut(after, "}")
		if v, named := valueOf(name, values); closed && named {
			b.WriteString(p.value(v))
			s = rest
			continue
		}
		b.WriteByte('{')
		s = after
	}
}

// valueOf finds the value of a name among pairs of names and values.
func valueOf(name string, values []any) (any, bool) {
	for k := 0; k+1 < len(values); k += 2 {
		if values[k] == name {
			return values[k+1], true
		}
	}
	return nil, false
}

func (p Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Number(v)
	case time.Time:
		return p.DateTime(v)
	case portsmouth.Text:
		return p.In(v)
	}
	return fmt.Sprint(v)
}

// In returns a text in the reader's language, or in another when it lacks that.
func (p Printer) In(t portsmouth.Text) string { return t.In(p.lang, "en") }

// Decimal writes a plain decimal number with the decimal sign of the language: 2.5 or 2,5.
func (p Printer) Decimal(number string) string {
	return strings.Replace(number, ".", p.T("number.decimal-sign"), 1)
}

// Number writes an integer as the language does: 1,200 or 1 200.
func (p Printer) Number(n int) string { return p.numbers.Sprintf("%d", n) }
