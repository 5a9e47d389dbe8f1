package web

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"

	"portsmouth/elicit"
)

// minds keeps the last mind of each delegation, since thinking takes the most of a page. There is one for a delegation,
// and it is thought anew when the delegation answers or the agenda changes: no delegation's answers push out another's.
type minds struct {
	mu   sync.Mutex
	kept []keptMind // the one asked for last at the end
}

// keptMind is what one delegation's answers came to.
type keptMind struct {
	of    string // conference and party
	basis [sha256.Size]byte
	mind  *elicit.Mind
}

// mindsKept bounds what is kept in memory: a mind on a large agenda takes some megabytes.
const mindsKept = 32

// get returns the mind of that delegation on that basis, nil when it is not kept.
func (m *minds) get(of string, basis [sha256.Size]byte) *elicit.Mind {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.kept, func(k keptMind) bool { return k.of == of })
	if at < 0 || m.kept[at].basis != basis {
		return nil
	}
	one := m.kept[at]
	m.kept = append(slices.Delete(m.kept, at, at+1), one)
	return one.mind
}

// put keeps a mind in the place of the delegation's last.
func (m *minds) put(one keptMind) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(slices.DeleteFunc(m.kept, func(k keptMind) bool { return k.of == one.of }), one)
	m.kept = slices.Delete(m.kept, 0, max(0, len(m.kept)-mindsKept))
}

// mind thinks about the answers, or remembers what it thought of the same before. It takes a tenth of a second or more:
// only for pages that show what it finds, and each such page in its turn.
func (p *prep) mind() (*elicit.Mind, error) {
	if p.minds == nil {
		return elicit.Think(p.agenda, p.all, p.seed())
	}
	one := keptMind{of: p.id + "/" + p.mine()}
	raw, err := json.Marshal(struct {
		Agenda  any
		Answers elicit.Answers
	}{p.agenda, p.all})
	if err != nil {
		return nil, err
	}
	one.basis = sha256.Sum256(raw)
	if known := p.minds.get(one.of, one.basis); known != nil {
		return known, nil
	}
	if one.mind, err = elicit.Think(p.agenda, p.all, p.seed()); err != nil {
		return nil, err
	}
	p.minds.put(one)
	return one.mind, nil
}
