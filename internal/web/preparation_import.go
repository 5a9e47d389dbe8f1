package web

import (
	"encoding/json"
	"io"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
)

// A scenario file may hold what several parties want. Only one's own party's numbers are taken from it, nothing else of it
// is shown or kept, and they are read back before they are stated.

// prepImport reads a file back, or states what was read back.
func (s *site) prepImport(v *visit) error {
	v.page.Self = v.page.path("preparation", "import")
	sent := v.fields()
	again := func(pr *Problem) templ.Component { return prepImport(sheetOf(v).again(fields{}, pr)) }
	p := prepOf(sheetOf(v))
	pr, err := p.imported(v, sent)
	if err == nil {
		err = v.view.May("state-preferences")
	}
	if err != nil {
		why := v.page.problem(err)
		return v.renderStatus(why.Status, again(why))
	}
	if sent.Get("step") == "state" {
		c := conference.StatePreferences{Preferences: *pr, Note: sent.prose("note")}
		return s.submit(v, c, v.page.path("preparation", "history"), again)
	}
	raw, err := json.Marshal(pr)
	if err != nil {
		return err
	}
	return v.render(prepImportRead(p, pr, string(raw)))
}

// imported are the preferences of the delegation's own party: those that were read back, or those of the file.
func (p *prep) imported(v *visit, sent fields) (*portsmouth.Preferences, error) {
	if p.agenda == nil {
		return nil, portsmouth.Refuse("agenda-known", "there is no agenda yet to have preferences about")
	}
	pr := &portsmouth.Preferences{}
	if sent.Get("step") == "state" {
		if json.Unmarshal([]byte(sent.Get("read")), pr) != nil {
			return nil, portsmouth.Invalidf("import-form", "what was read back could not be read again; choose the file once more")
		}
		return pr, p.agenda.CheckPreferences(pr)
	}
	raw, err := fileOf(v, sent)
	if err != nil {
		return nil, err
	}
	file, err := scenario.Parse("scenario.yaml", raw)
	if err != nil {
		return nil, portsmouth.Invalidf("scenario", "%v", err)
	}
	pr = file.Preferences[p.mine()]
	if pr == nil {
		return nil, portsmouth.Invalidf("import-none", "the file says nothing of what your party, “%s”, wants", p.mine())
	}
	if err := p.agenda.CheckPreferences(pr); err != nil {
		return nil, err
	}
	return pr, nil
}

// fileOf is the file that was chosen, or the text that was pasted.
func fileOf(v *visit, sent fields) ([]byte, error) {
	file, _, err := v.r.FormFile("file")
	if err == nil {
		defer file.Close()
		raw, err := io.ReadAll(file)
		if err == nil && len(raw) > 0 {
			return raw, nil
		}
	}
	if text := sent.prose("text"); text != "" {
		return []byte(text), nil
	}
	return nil, portsmouth.Invalidf("import-file", "choose a file, or paste its text")
}
