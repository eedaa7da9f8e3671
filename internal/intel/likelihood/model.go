package likelihood

import (
	_ "embed"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./generate -out weights.txt

//go:embed weights.txt
var weights string

// Model is a logistic model: its points are log odds.
type Model struct {
	Base   float64
	Points [numTraits]float64
}

// Point is the share of one trait in a score.
type Point struct {
	Name   string
	Points float64
}

var embedded = sync.OnceValues(func() (*Model, error) { return ParseModel(weights) })

// Embedded returns the model in the program.
func Embedded() (*Model, error) { return embedded() }

// ParseModel reads the weights: one line each, points and name.
func ParseModel(text string) (*Model, error) {
	m := &Model{}
	for line := range strings.Lines(text) {
		number, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		points, err := strconv.ParseFloat(number, 64)
		at := slices.Index(Names[:], name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("weights: %w", err)
		case name == "base":
			m.Base = points
		case at < 0:
			return nil, fmt.Errorf("weights: no trait is called %q", name)
		default:
			m.Points[at] = points
		}
	}
	return m, nil
}

// String writes the weights for [ParseModel].
func (m *Model) String() string {
	var b strings.Builder
	b.WriteString("# Points (log odds) of each trait; written by the trainer.\n")
	fmt.Fprintf(&b, "%+.3f base\n", m.Base)
	for i, name := range Names {
		fmt.Fprintf(&b, "%+.3f %s\n", m.Points[i], name)
	}
	return b.String()
}

// Score is the sum of the points: log odds that the flaw will be attacked.
func (m *Model) Score(t Traits) float64 {
	sum := m.Base
	for t != 0 {
		sum += m.Points[bits.TrailingZeros64(uint64(t))]
		t &= t - 1
	}
	return sum
}

// Explain lists the points of a score, the largest first.
func (m *Model) Explain(t Traits) []Point {
	var list []Point
	for t != 0 {
		i := bits.TrailingZeros64(uint64(t))
		list = append(list, Point{Names[i], m.Points[i]})
		t &= t - 1
	}
	slices.SortFunc(list, func(a, b Point) int {
		switch x, y := math.Abs(a.Points), math.Abs(b.Points); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list
}
