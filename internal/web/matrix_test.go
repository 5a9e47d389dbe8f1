package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
)

// Every route, for everybody, on every conference: one's own, another's, one that does not exist.

// matrixRole is somebody in the matrix. Of the conference of the test they have the seat named; in the other one only one has.
type matrixRole struct {
	person   string
	role     portsmouth.Role
	convener bool
}

var matrixRoles = []matrixRole{
	{"", "", false},
	{"stranger", "", false},
	{theHost, "", false},
	{"other-head", "", false},
	{"host", "", true},
	{"observer", portsmouth.Observer, false},
	{"north-adviser", portsmouth.Adviser, false},
	{"north-secretary", portsmouth.Secretary, false},
	{"north-member", portsmouth.Member, false},
	{"north", portsmouth.Head, false},
	{"north-principal", portsmouth.Principal, false},
	{"mediator", portsmouth.Mediator, false},
}

// matrix is a venue with a conference in which much has happened, some of it behind doors.
type matrix struct {
	*world
	t      *testing.T
	c      *chances
	listed bool
	other  string // a conference of others
	posts  signposts
	counts map[string]int
}

func newMatrix(t *testing.T, d *door, listed bool) *matrix {
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Publicity.Listed, o.Rules.Publicity.Comments = listed, true
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Bargaining))
	for _, p := range []string{"north", "south", "mediator"} {
		for _, room := range []string{"plenary", "delegation", "caucus"} {
			party := ""
			if p == "mediator" {
				party = "south"
			}
			_, err := scene.Do(p, conference.Speak{Room: room, Text: "Said by " + p, Party: party})
			must(t, err)
		}
	}
	for _, p := range scene.Heads() {
		_, err := scene.Do(p+"-principal", conference.SendInstructions{Text: "No further", May: map[string][]string{"coast": {"kept"}}})
		must(t, err)
		_, err = scene.Do(p, conference.MakeOffer{Terms: conftest.Package()}) // held back
		must(t, err)
		_, err = scene.Do(p, conference.MakeOffer{Terms: portsmouth.Outcome{"toll": "20"}})
		must(t, err)
	}
	people := []string{theHost, "stranger", "other-head", "other-host", "host", "observer", "mediator"}
	for _, e := range allEyes(scene)[2:] {
		people = append(people, e.people...)
	}
	m := &matrix{world: newWorld(t, d, people, nil), t: t, listed: listed, counts: map[string]int{}}
	m.put(conftest.ConferenceID, scene.Log)
	m.c = newChances(t, 1905)
	m.c.scene, m.c.plan = scene, plan{prefix: scene.Log}
	m.begin("matrix", scene.Now.Add(time.Minute))
	m.other = m.elsewhere()
	m.posts = signpostsOf("", "unknown", scene.Heads(), scene.Log)
	return m
}

// elsewhere is a conference of other people.
func (m *matrix) elsewhere() string {
	found, err := m.venue.Found(m.t.Context(), "other-host", conference.Found{
		Title: portsmouth.Text{"en": "Another"}, Languages: []string{"en"}, Parties: conftest.Parties(2),
	}, "")
	must(m.t, err)
	invited, err := m.venue.Do(m.t.Context(), venue.Request{
		Conference: found.Conference, Person: "other-host", Seen: -1, Command: conference.Invite{Party: "north", Role: portsmouth.Head},
	})
	must(m.t, err)
	_, err = m.venue.Do(m.t.Context(), venue.Request{
		Conference: found.Conference, Person: "other-head", Seen: -1, Invitation: invited.Act,
		Command: conference.AcceptInvitation{Name: "The other"},
	})
	must(m.t, err)
	return found.Conference
}

// part is what somebody is in a conference.
func (m *matrix) part(r matrixRole, id string) matrixRole {
	switch {
	case id == conftest.ConferenceID:
		return r
	case id == m.other && r.person == "other-head":
		return matrixRole{r.person, portsmouth.Head, false}
	}
	return matrixRole{person: r.person}
}

// may says for whom an audience is, in words of its own.
func (m *matrix) may(a Audience, r matrixRole, id string) bool {
	p := m.part(r, id)
	delegate := slices.Contains([]portsmouth.Role{"head", "member", "adviser", "secretary", "principal"}, p.role)
	switch a {
	case Anyone:
		return true
	case SignedIn:
		return r.person != ""
	case Host:
		return r.person == theHost
	case Viewer:
		return delegate || p.role == "mediator" || p.convener || m.listed && id == conftest.ConferenceID
	case Seat:
		return delegate || p.role == "mediator" || p.convener
	case Delegation:
		return delegate
	case Mediator:
		return p.role == "mediator"
	}
	return false // Invited: nobody here holds a link
}

func TestEveryRouteForEverybody(t *testing.T) {
	for _, listed := range []bool{true, false} {
		if raceDetector && listed {
			continue // one of the two shows every race
		}
		t.Run(fmt.Sprintf("listed %v", listed), func(t *testing.T) {
			d := doors(t, 1)[0]
			synctest.Test(t, func(t *testing.T) {
				m := newMatrix(t, d, listed)
				before := m.logs()
				m.cells(http.MethodGet)
				if m.logs() != before {
					t.Error("a GET changed what has happened")
				}
				m.crossOrigin()
				if m.logs() != before {
					t.Error("a stranger's form changed what has happened")
				}
				began := len(m.log(m.other))
				m.cells(http.MethodPost)
				for _, e := range m.log(m.other)[began:] {
					if e.By != "other-head" { // whose conference it is
						t.Errorf("a form of %q changed a conference in which they have no part", e.By)
					}
				}
				t.Log(m.counts)
				if m.counts["refused"] < 1000 || m.counts["GET 200"] < 100 || m.counts["POST 303"] < 10 {
					t.Error("too little was tried")
				}
			})
		})
	}
}

func (m *matrix) logs() string { return rawLog(m.log(conftest.ConferenceID)) + rawLog(m.log(m.other)) }

// cells tries every route of a method for everybody on every conference.
func (m *matrix) cells(method string) {
	for _, role := range matrixRoles {
		for _, r := range siteMap() {
			if r.Method != method {
				continue
			}
			ids := []string{conftest.ConferenceID, m.other, "unknown"}
			if !strings.Contains(r.Pattern, "{id}") {
				ids = ids[:1]
			}
			for _, id := range ids {
				m.cell(role, r, id)
			}
		}
	}
}

// cell tries one route.
func (m *matrix) cell(role matrixRole, r route, id string) {
	may := m.may(r.Audience, role, id)
	if may && (r.Pattern == "/sign-out" || strings.HasSuffix(r.Pattern, "/leave-seat") || strings.HasSuffix(r.Pattern, "/break-off")) {
		return // they would end the test
	}
	m.posts["id"] = []string{id}
	for _, path := range m.posts.addresses(r.Pattern) {
		q := request{path: path}
		if r.Method == http.MethodPost {
			time.Sleep(time.Second) // the pace of a person
			q.form = m.form(r, role)
		}
		got := m.answer(role.person, r, q, may)
		m.counts[fmt.Sprint(r.Method, " ", got.status)]++
		switch {
		case got.status >= 500:
			m.t.Errorf("%q: %s: %d", role.person, q, got.status)
		case !may:
			m.refused(role, r, q, id, got)
		case r.Method == http.MethodPost:
			m.permitted(role, r, q, got)
		case strings.Count(r.Pattern, "{") <= 1 && strings.HasPrefix(r.Pattern, "/c/") && r.Audience != Viewer && got.status != 200 && got.status != 303:
			m.t.Errorf("%q may read %s, but: %d", role.person, q, got.status)
		default:
			m.prying(role, r, q, got)
		}
	}
}

// answer asks; a stream has no end, so it is left when it has begun.
func (m *matrix) answer(person string, r route, q request, may bool) answer {
	if !may || !strings.HasSuffix(r.Pattern, "/live") {
		return m.ask(person, q)
	}
	e := m.listen(person, q)
	synctest.Wait()
	e.hangUp()
	synctest.Wait()
	return answer{status: e.status, body: e.heard.String()}
}

func (m *matrix) form(r route, role matrixRole) url.Values {
	verb, _ := strings.CutPrefix(r.Pattern, "/c/{id}/")
	f := m.c.formOf(verb, role.person, nosyIDs(m.c.scene.Log))
	f.Set("role", "adviser")
	f.Set("key", fmt.Sprintf("%s-%s-%d", role.person, verb, m.asked))
	f.Set("seen", "99999")
	return f
}

// refused wants the answer that says nothing: the same as of a conference that does not exist.
func (m *matrix) refused(role matrixRole, r route, q request, id string, got answer) {
	m.counts["refused"]++
	want := http.StatusNotFound
	if r.Audience == SignedIn {
		want = http.StatusForbidden
	}
	if got.status != want {
		m.t.Errorf("%q may not use %s, but: %d", role.person, q, got.status)
	}
	if !strings.Contains(r.Pattern, "{id}") {
		return
	}
	nowhere := q
	nowhere.path = strings.Replace(q.path, "/"+id, "/nowhere", 1)
	if r.Method == http.MethodPost {
		time.Sleep(time.Second)
	}
	if unknown := m.ask(role.person, nowhere); unknown != got {
		m.t.Errorf("%q: %s is forbidden, and that shows: %s", role.person, q, difference(unknown.String(), got.String()))
	}
}

// verbs of forms whose address is not the command's name; "" changes no conference.
var matrixVerbs = map[string]string{
	"offer": "", "proposal": "", "desk/round": "", "round": "", "invitations": "invite", "invitations/revoke": "revoke-invitation",
	"invitations/renew": "", "invitations/answer": "answer-invitation",
	"preparation/answer": "answer-question", "preparation/state": "state-preferences", "preparation/import": "state-preferences",
}

// permitted wants a form to be accepted only from those to whom the table of the rules gives it.
func (m *matrix) permitted(role matrixRole, r route, q request, got answer) {
	verb, inConference := strings.CutPrefix(r.Pattern, "/c/{id}/")
	if name, special := matrixVerbs[verb]; special {
		verb = name
	}
	if !inConference || verb == "" || got.status >= 400 || strings.Contains(got.header, "Location: /me/confirm") {
		return
	}
	m.counts["accepted"]++
	permit, known := conference.PermitFor(verb)
	if !known {
		m.t.Errorf("%s sends a command that does not exist", q.path)
		return
	}
	part := m.part(role, strings.Split(q.path, "/")[2])
	if part.role == "" && !part.convener {
		part.role = portsmouth.Public
	}
	if !slices.Contains(permit.Roles, part.role) && !(part.convener && slices.Contains(permit.Roles, portsmouth.Convener)) {
		m.t.Errorf("%q is no %v, but: %s: %d", role.person, permit.Roles, q, got.status)
	}
}

// prying wants the address of something hidden to be answered like that of something that does not exist.
func (m *matrix) prying(role matrixRole, r route, q request, got answer) {
	name := ""
	for _, x := range []string{"statement", "offer", "act"} {
		if strings.Contains(r.Pattern, "{"+x+"}") {
			name = x
		}
	}
	if name == "" {
		return
	}
	for _, e := range m.c.scene.Log {
		if !strings.Contains(q.path, "/"+e.ID) || m.c.scene.See(role.person).Viewer.MaySee(e.Audience) {
			continue
		}
		m.counts["pried"]++
		unknown := m.ask(role.person, request{path: strings.Replace(q.path, "/"+e.ID, "/unknown", 1)})
		unknown.body = strings.ReplaceAll(unknown.body, "/unknown", "/"+e.ID) // a page may repeat its own address
		if unknown != got {
			m.t.Errorf("%q: %s is hidden, and that shows: %s", role.person, q, difference(unknown.String(), got.String()))
		}
	}
}

// crossOrigin wants every form that another site sends to be refused, from whomever it comes.
func (m *matrix) crossOrigin() {
	m.posts["id"] = []string{conftest.ConferenceID}
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://elsewhere.example"}},
		{"Sec-Fetch-Site": {"same-site"}},
		{"Sec-Fetch-Site": nil, "Origin": {"https://elsewhere.example"}},
	} {
		for _, role := range []matrixRole{{"north", portsmouth.Head, false}, {"host", "", true}, {person: ""}} {
			for _, r := range siteMap() {
				if r.Method != http.MethodPost {
					continue
				}
				for _, path := range m.posts.addresses(r.Pattern) {
					m.counts["cross-origin"]++
					if got := m.ask(role.person, request{path: path, form: m.form(r, role), header: header}); got.status != http.StatusForbidden {
						m.t.Errorf("another site sent %s for %q: %d", path, role.person, got.status)
					}
				}
			}
		}
	}
}

// TestRoutesNameTheirAudience: a route without one is a fault, and only these addresses of a conference are for all.
func TestRoutesNameTheirAudience(t *testing.T) {
	for _, a := range []Audience{"", "everybody", "seats"} {
		if _, err := (&site{}).mux([]route{{http.MethodGet, "/x", a, nil}}); err == nil {
			t.Errorf("a route for %q was taken", a)
		}
	}
	inConference := []Audience{Viewer, Seat, Delegation, Mediator}
	var forAll []string
	for _, r := range siteMap() {
		if strings.HasPrefix(r.Pattern, "/c/{id}") != slices.Contains(inConference, r.Audience) {
			t.Errorf("%s %s is for %s", r.Method, r.Pattern, r.Audience)
		}
		if r.Audience == Viewer {
			forAll = append(forAll, r.Method+" "+r.Pattern)
		}
	}
	slices.Sort(forAll)
	want := []string{
		"GET /c/{id}", "GET /c/{id}/acts/{act}/bytes", "GET /c/{id}/acts/{act}/receipt", "GET /c/{id}/debrief",
		"GET /c/{id}/feed.atom", "GET /c/{id}/feed.en.atom", "GET /c/{id}/feed.fr.atom", "GET /c/{id}/keys",
		"GET /c/{id}/live", "GET /c/{id}/public", "GET /c/{id}/public.json", "GET /c/{id}/record/{file...}",
		"GET /c/{id}/treaty.json", "GET /c/{id}/treaty.txt", "POST /c/{id}/declare-key", "POST /c/{id}/record/cosignature",
		"POST /c/{id}/retract-key",
		"POST /c/{id}/submit-comment",
	}
	slices.Sort(want)
	if !slices.Equal(forAll, want) {
		t.Errorf("these addresses of a conference are for all: %v, want %v", forAll, want)
	}
}
