package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
)

// visit is one request: who asks, and what they may see.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	page   *Page
	person account.Person   // zero for nobody
	view   *conference.View // of the conference in {id}; nil elsewhere
	now    time.Time        // by the conference's clock, or the venue's
	made   func()           // ends the turn of a page that computes; nil for others
}

// serve makes a handler of a route: it finds out who asks, lets the audience decide, and answers errors.
func (s *site) serve(r route, allow func(*visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		v := s.visit(w, req)
		err := s.paced(v)
		if err == nil {
			err = allow(v)
		}
		if err == nil {
			err = r.Serve(v)
		}
		if err != nil {
			s.answer(v, err)
		}
	})
}

// paced slows down who sends too much.
func (s *site) paced(v *visit) error {
	if v.r.Method != http.MethodPost {
		return nil
	}
	key := v.person.ID // a session is easily had anew, a person is not
	if key == "" {
		key = addressKey(v.r)
	}
	if err := s.posts.Wait(v.r.Context(), key); err != nil {
		return err
	}
	return readForm(v.r)
}

// formInMemory is how much of an uploaded file is kept in memory: all that a form may bring, so that nothing that somebody
// sends is ever left in a temporary file.
const formInMemory = maxBody

// readForm reads the form at once, so that one that is too large is refused and not half read.
func readForm(r *http.Request) error {
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(formInMemory)
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return portsmouth.Invalidf("form", "the form could not be read")
}

func addressKey(r *http.Request) string { return account.AddressKey(r.RemoteAddr) }

// visit finds out who asks, in which language, and from which seat.
func (s *site) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{w: w, r: r, now: time.Now()}
	if seat := seatOf(r); seat != nil {
		if seat.Person != "" {
			v.person, _ = s.Accounts.Person(r.Context(), seat.Person)
		}
	} else {
		v.person, _ = s.Accounts.Current(r.Context())
	}
	v.page = s.newPage(v)
	if ends, soon := s.Accounts.LeavesSoon(r.Context()); soon && seatOf(r) == nil {
		v.page.leaves = ends
	}
	return v
}

// see puts a conference before the reader.
func (v *visit) see(view *conference.View, now time.Time) {
	v.view, v.now = view, now
	v.page.View, v.page.Now, v.page.id = view, now, v.path("id")
}

func (v *visit) render(c templ.Component) error { return v.renderStatus(http.StatusOK, c) }

func (v *visit) renderStatus(status int, c templ.Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := c.Render(v.r.Context(), buffer); err != nil {
		return err
	}
	if v.made != nil {
		v.made()
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(buffer.Bytes()) // the reader has left; nothing is to be done about it
	return nil
}

// redirect sends the browser to a page after a POST, so that reloading it sends nothing twice.
func (v *visit) redirect(path string) error {
	v.w.Header().Set("Location", string(v.page.URL(path)))
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// form returns a value of the form or the query, without space around it.
func (v *visit) form(name string) string {
	s := strings.TrimSpace(v.r.FormValue(name))
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// forms returns all values of that name.
func (v *visit) forms(name string) []string {
	_ = v.r.FormValue(name) // reads the form
	return v.r.Form[name]
}

func (v *visit) path(name string) string { return v.r.PathValue(name) }

// submit sends a command of the signed-in person to the conference of the page, and then shows to. When it is refused,
// again shows the same page with what was written and what was wrong. The hidden fields of postForm make a form that is
// sent twice count once, and an answer to what stands fail when something else happened meanwhile.
func (s *site) submit(v *visit, c conference.Command, to string, again func(*Problem) templ.Component) error {
	receipt, err := s.do(v, c)
	if err == nil {
		if receipt.Held {
			to += "?held=1" // the act was kept back: the page says so
		}
		return v.redirect(to)
	}
	if again == nil || !mendable(err) {
		return err
	}
	if portsmouth.KindOf(err) == portsmouth.Denied && portsmouth.RuleOf(err) == "fresh-proof" {
		return err
	}
	// What happened meanwhile has to be on the page that is shown again.
	if lookErr := s.look(v, func(conference.Viewer) bool { return true }); lookErr != nil {
		return lookErr
	}
	pr := v.page.problem(err)
	return v.renderStatus(pr.Status, again(pr))
}

// do has the venue decide a command, as the form's hidden fields say.
func (s *site) do(v *visit, c conference.Command) (venue.Receipt, error) {
	if permit, ok := conference.PermitFor(c.Verb()); ok && permit.Identity {
		if err := s.requireFresh(v); err != nil {
			return venue.Receipt{}, err
		}
	}
	return s.Venue.Do(v.r.Context(), venue.Request{
		Conference: v.path("id"), Person: v.person.ID, Command: c, Key: v.form("key"), Seen: v.seen(),
	})
}

// seen is how many acts the reader had seen when the form was made, -1 when it does not say.
func (v *visit) seen() int {
	n, err := strconv.Atoi(v.form("seen"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
