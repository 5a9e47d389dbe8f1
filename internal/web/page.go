package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/words"
)

// Page is what every template needs: the reader, the language, the addresses, and the conference if there is one.
type Page struct {
	Title  string
	Person account.Person   // zero for nobody
	View   *conference.View // nil outside a conference
	Now    time.Time        // by the conference's clock
	Self   string           // the address that shows this page again, for live updates: this one unless set
	Wide   bool             // the page uses the whole width of a desk

	id     string // of the conference, as in the address
	words  words.Printer
	venue  words.Printer // the same words in the venue's zone
	prefix string        // "/seat/komura" in the demonstration
	demo   *demoBar      // nil outside the demonstration
	static static
	key    func() string
	minds  *minds // nil: nothing is kept
	sights sighted
	locks  roomLocks // nil: no room has a lock

	alternates []alternate // other forms of the page, for programs

	receipts bool      // the venue can sign some
	unlocked bool      // the reader has unlocked their reading key
	leaves   time.Time // when the session ends in any case, if that is near

	locked func() bool // the reader has a reading key and has not unlocked it
}

// newPage prepares the page that answers a visit.
func (s *site) newPage(v *visit) *Page {
	speak := words.For(s.wishes(v.w, v.r)...)
	p := &Page{
		Person: v.person, Now: v.now, Self: v.r.URL.Path,
		words: speak.InZone(s.zone(v.r)), venue: speak.InZone(s.Zone), static: s.static, key: s.NewKey, minds: &s.minds, sights: s.sighted(v.r.Context()),
		locks: s.roomLocks(v.r.Context()), unlocked: isUnlocked(v.r.Context()),
		receipts: s.Venue.RecordVerifier("") != "", locked: func() bool { return s.lockedFor(v) },
	}
	if seat := seatOf(v.r); seat != nil {
		p.prefix = seatPrefix + seat.Name
	}
	if s.Demo != nil {
		p.demo = s.demoBar(v)
	}
	return p
}

const yearInSeconds = 365 * 24 * 3600

// wishes lists the languages that the reader asked for, the strongest wish first, and remembers a choice on the page.
func (s *site) wishes(w http.ResponseWriter, r *http.Request) []string {
	chosen := s.cookie(r, langCookie)
	if old := s.before(r, langCookie); old != "" {
		chosen = old
		s.rememberLanguage(w, old)
		s.forget(w, langCookie)
	}
	list := []string{chosen, r.Header.Get("Accept-Language")}
	if l := r.URL.Query().Get("lang"); s.rememberLanguage(w, l) {
		list = append([]string{l}, list...)
	}
	return list
}

// rememberLanguage keeps a choice, if it is one.
func (s *site) rememberLanguage(w http.ResponseWriter, lang string) bool {
	if !slices.Contains(words.Languages, lang) {
		return false
	}
	s.setCookie(w, langCookie, lang, yearInSeconds)
	return true
}

// zone is the reader's zone as their browser says, else the venue's. A demonstration stays in the zone of its history.
func (s *site) zone(r *http.Request) *time.Location {
	said := cmp.Or(s.cookie(r, zoneCookie), s.before(r, zoneCookie))
	if said == "" || s.Demo != nil || len(said) > 64 {
		return s.Zone
	}
	name, err := url.QueryUnescape(said)
	if err != nil {
		return s.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return s.Zone
	}
	return zone
}

// forget takes the conference off the page, so that the page of an error is the same for all.
func (p *Page) forget() { p.View, p.Self, p.id = nil, "/", "" }

// T returns the words under key; see [words.Printer.T].
func (p *Page) T(key string, values ...any) string { return p.words.T(key, values...) }

// In returns a text in the reader's language.
func (p *Page) In(t portsmouth.Text) string { return p.words.In(t) }

// Lang is the language of the page.
func (p *Page) Lang() string { return p.words.Lang() }

// Date writes a day.
func (p *Page) Date(t time.Time) string { return p.words.Date(t) }

// Day writes a day without its year.
func (p *Page) Day(t time.Time) string { return p.words.Day(t) }

// DateTime writes a day and a time.
func (p *Page) DateTime(t time.Time) string { return p.words.DateTime(t) }

// Clock writes a time of day.
func (p *Page) Clock(t time.Time) string { return p.words.Clock(t) }

// Moment writes a day without its year and a time.
func (p *Page) Moment(t time.Time) string { return p.words.Moment(t) }

// Number writes a number.
func (p *Page) Number(n int) string { return p.words.Number(n) }

// Left says how far t is from now.
func (p *Page) Left(t time.Time) string { return p.words.Until(t, p.Now) }

// Deadline writes a time for which it matters to be there: in the reader's zone, with the venue's beside it where they
// differ.
func (p *Page) Deadline(t time.Time) string {
	own := p.DateTime(t) + " " + p.words.Offset(t)
	if p.words.Offset(t) == p.venue.Offset(t) {
		return own
	}
	return p.T("time.with-venue", "own", own, "venue", p.venue.Moment(t)+" "+p.venue.Offset(t))
}

// Describe says an act in one sentence.
func (p *Page) Describe(a conference.Numbered) string { return words.Describe(p.words, p.View, a) }

// URL is an address of the venue, from the seat in which the reader sits.
func (p *Page) URL(path string) templ.SafeURL { return templ.SafeURL(p.prefix + path) }

// C is an address inside the page's conference: C("offer") is /c/{id}/offer.
func (p *Page) C(parts ...string) templ.SafeURL { return p.URL(p.path(parts...)) }

// path is C without the seat.
func (p *Page) path(parts ...string) string {
	return "/c/" + strings.Join(append([]string{p.id}, parts...), "/")
}

// Static is the address of a file that comes with the program.
func (p *Page) Static(name string) string { return p.static.address(name) }

// Key is a fresh random key, so that a form that is sent twice counts once.
func (p *Page) Key() string { return p.key() }

// Seen is how many acts the reader can have seen on this page.
func (p *Page) Seen() string {
	if p.View == nil {
		return "0"
	}
	return strconv.Itoa(len(p.View.Acts))
}

// partyView is a party as the pages show it. N is its colour, from 1; 0 is the mediator's grey.
type partyView struct {
	ID, Name, Mark string
	N              int
}

// Party finds a party for showing; "" is the mediator.
func (p *Page) Party(id string) partyView {
	if id == "" {
		return partyView{Name: p.T("role.mediator"), Mark: "ring"}
	}
	if p.View != nil {
		for k, x := range partiesOf(p.View) {
			if x.ID == id {
				return partyView{ID: id, Name: p.In(x.Name), Mark: x.Mark, N: k + 1}
			}
		}
	}
	return partyView{ID: id, Name: id, Mark: "square"}
}

// Name is the name of somebody at the table, or what stands for the venue itself.
func (p *Page) Name(person string) string {
	if p.View != nil {
		if seat := p.View.Seat(person); seat != nil {
			return seat.Name
		}
		if person != "" && person == p.View.Convener {
			return p.T("role.convener")
		}
	}
	if person == "" {
		return p.T("role.venue")
	}
	return p.T("role.former")
}

// Title of the window: the page's, the conference's, the venue's.
func (p *Page) windowTitle() string {
	parts := []string{}
	if p.Title != "" {
		parts = append(parts, p.Title)
	}
	if p.View != nil {
		parts = append(parts, p.titleOf(p.View))
	}
	return strings.Join(append(parts, "Portsmouth"), " · ")
}

// inLanguage is the address of this page in another language.
func (p *Page) inLanguage(lang string) templ.SafeURL { return p.URL(p.Self + "?lang=" + lang) }

// conferenceOf is the id of a conference.
func conferenceOf(view *conference.View) string { return cmp.Or(view.ID, view.Opened.Conference) }

// titleOf is a conference's title, as the reader may know it.
func (p *Page) titleOf(view *conference.View) string {
	if len(view.Opened.Title) > 0 {
		return p.In(view.Opened.Title)
	}
	return p.In(view.Public().Title)
}

// partiesOf are the parties of a conference. The public, which does not see the founding, has them from what was published.
func partiesOf(view *conference.View) []portsmouth.Party {
	if len(view.Opened.Parties) > 0 {
		return view.Opened.Parties
	}
	return view.Public().Parties
}
