package web

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/internal/words"
	"portsmouth/scenario"
)

// conveneForm is the form that founds a conference, as it was filled in.
type conveneForm struct {
	Title, Place, Summary string
	Languages             []string
	Other                 string // further language tags
	Parties               []string
	Mediated              bool
	Own                   string // the seat that the convener takes: "", "mediator" or the number of a party
	pasted                string // a scenario, as it was sent
	problem               *Problem
	file                  []string // what is wrong with a scenario file
}

// formParties is how many lines for parties the form has.
const formParties = portsmouth.MaxParties

func (s *site) convene(v *visit) error {
	return s.showConvene(v, http.StatusOK, conveneForm{
		Languages: []string{v.page.Lang()}, Parties: make([]string, formParties), Mediated: true,
	})
}

func (s *site) showConvene(v *visit, status int, f conveneForm) error {
	v.page.Title, v.page.Self = v.page.T("convene.title"), "/convene"
	return v.renderStatus(status, convenePage(v.page, f))
}

func (v *visit) conveneForm() conveneForm {
	f := conveneForm{
		Title: v.form("title"), Place: v.form("place"), Summary: v.form("summary"), Languages: v.forms("language"),
		Other: v.form("other"), Mediated: v.form("mediated") != "", Own: v.form("own"),
	}
	for k := range formParties {
		f.Parties = append(f.Parties, v.form("party"+strconv.Itoa(k+1)))
	}
	return f
}

// found opens a conference from the form and invites the heads of its parties, and its mediator.
func (s *site) found(v *visit) error {
	f := v.conveneForm()
	plan, err := f.plan()
	if err == nil {
		err = s.foundAndInvite(v, plan)
	}
	if err == nil || !mendable(err) {
		return err
	}
	f.problem = v.page.problem(err)
	return s.showConvene(v, f.problem.Status, f)
}

// foundFromFile does the same from a scenario: its parties, its people, its rules.
func (s *site) foundFromFile(v *visit) error {
	f := conveneForm{Languages: []string{v.page.Lang()}, Parties: make([]string, formParties), Mediated: true}
	raw, err := v.scenarioFile()
	if err != nil {
		return err
	}
	f.pasted = v.r.FormValue("pasted")
	read, err := scenario.Parse("scenario.yaml", raw)
	if err == nil {
		err = s.foundAndInvite(v, planOf(read))
	}
	if err == nil || !mendable(err) {
		return err
	}
	f.problem = v.page.problem(err)
	var problems scenario.Problems
	if errors.As(err, &problems) {
		f.problem.Message, f.problem.Rule = v.page.T("convene.file-problems", "count", len(problems)), ""
		for _, p := range problems {
			f.file = append(f.file, p.String())
		}
	}
	return s.showConvene(v, f.problem.Status, f)
}

// scenarioFile reads the file that was sent, or else what was pasted.
func (v *visit) scenarioFile() ([]byte, error) {
	file, _, err := v.r.FormFile("file")
	if err == nil {
		defer file.Close()
		raw, err := io.ReadAll(file)
		if err != nil || len(raw) > 0 {
			return raw, err
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, err
	}
	return []byte(v.r.FormValue("pasted")), nil
}

// foundingPlan is a conference to be: what founds it, whom it invites first, the rules proposed for it.
type foundingPlan struct {
	found conference.Found
	seats []seatPlan
	rules *portsmouth.Rules
}

// seatPlan is an invitation to be sent; own says that the convener takes the seat.
type seatPlan struct {
	conference.Invite
	own bool
}

// plan makes a conference of the form. Its one wording stands for every language.
func (f conveneForm) plan() (foundingPlan, error) {
	languages := f.languages()
	if len(languages) == 0 {
		return foundingPlan{}, portsmouth.Invalidf("languages", "a conference needs a language")
	}
	inAll := func(words string) portsmouth.Text {
		t := portsmouth.Text{}
		for _, l := range languages {
			if words != "" {
				t[l] = words
			}
		}
		return t
	}
	p := foundingPlan{found: conference.Found{
		Title: inAll(f.Title), Summary: inAll(f.Summary), Place: f.Place, Languages: languages, Mediated: f.Mediated,
	}}
	for k, name := range f.Parties {
		if name == "" {
			continue
		}
		id := partyID(name, p.found.Parties)
		p.found.Parties = append(p.found.Parties, portsmouth.Party{ID: id, Name: inAll(name)})
		p.seats = append(p.seats, seatPlan{
			Invite: conference.Invite{Party: id, Role: portsmouth.Head}, own: f.Own == strconv.Itoa(k+1),
		})
	}
	if f.Mediated {
		p.seats = append(p.seats, seatPlan{Invite: conference.Invite{Role: portsmouth.Mediator}, own: f.Own == "mediator"})
	}
	return p, nil
}

func (f conveneForm) languages() []string {
	var list []string
	other := strings.FieldsFunc(f.Other, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	for _, l := range slices.Concat(f.Languages, other) {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// partyID makes an id of a party's name: "Empire of Japan" is "empire-of-japan".
func partyID(name string, taken []portsmouth.Party) string {
	id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	id = strings.Trim(id[:min(len(id), 40)], "-")
	used := func(p portsmouth.Party) bool { return p.ID == id }
	if id == "" || id == "mediator" || slices.ContainsFunc(taken, used) {
		return "party-" + strconv.Itoa(len(taken)+1)
	}
	return id
}

// planOf makes a conference of a scenario. Its agenda goes along as the convener's draft: the mediator or a head puts it
// to all, once there are rules.
func planOf(x *scenario.Scenario) foundingPlan {
	p := foundingPlan{found: venue.FromScenario(x), rules: &x.Rules}
	for _, who := range x.People() {
		p.seats = append(p.seats, seatPlan{Invite: conference.Invite{
			Party: x.PartyOf(who.ID), Role: who.Role, Name: who.Name.In(x.Languages...), Note: who.Office.In(x.Languages...),
		}})
	}
	return p
}

// foundAndInvite carries a plan out, and shows the links. Each step has its own key, so that a form that is sent twice
// leads to the same conference and the same seats.
func (s *site) foundAndInvite(v *visit, p foundingPlan) error {
	receipt, err := s.Venue.Found(v.r.Context(), v.person.ID, p.found, v.form("key"))
	if err != nil {
		return err
	}
	id := receipt.Conference
	var links []seatLink
	for k, seat := range p.seats {
		link, err := s.sendInvitation(v, id, seat, "/invite/"+strconv.Itoa(k))
		if err != nil {
			return err
		}
		if link.Address != "" {
			links = append(links, link)
		}
	}
	if p.rules != nil {
		if _, err := s.sendFor(v, id, conference.ProposeRules{Rules: *p.rules}, "/rules"); err != nil {
			return err
		}
	}
	return s.showInvitations(v, id, links, nil)
}

// sendFor sends a command of the convener, under the form's key and a name of its own.
func (s *site) sendFor(v *visit, id string, c conference.Command, step string) (venue.Receipt, error) {
	key := v.form("key")
	if key != "" {
		key += step
	}
	return s.Venue.Do(v.r.Context(), venue.Request{
		Conference: id, Person: v.person.ID, Command: c, Key: key, Seen: -1,
	})
}

// languageChoices are the languages that the form offers by name.
func (f conveneForm) languageChoices() []string { return words.Languages }

func (f conveneForm) speaks(l string) bool { return slices.Contains(f.Languages, l) }

// markOf is the shape that the k-th party gets unless it has its own.
func markOf(k int) string { return portsmouth.Marks[k] }

// optionalParty: the first two lines must be filled in.
func optionalParty(k int) templ.Attributes {
	if k < 2 {
		return templ.Attributes{"required": true}
	}
	return nil
}
