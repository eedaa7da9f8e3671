package likelihood

import (
	"math"
	"math/bits"
)

// Example is a flaw and whether it was attacked.
type Example struct {
	Traits Traits
	Hit    bool
	Weight float64 // 0 is 1
}

// Train fits a model to examples by Newton's method with ridge regularisation,
// which keeps weights of rare traits small.
func Train(examples []Example, ridge float64) *Model {
	const n = numTraits + 1 // the last is the base
	var w [n]float64
	for range 12 {
		var gradient [n]float64
		hessian := make([]float64, n*n)
		for i := range examples {
			e := &examples[i]
			z := w[n-1]
			for t := e.Traits; t != 0; t &= t - 1 {
				z += w[bits.TrailingZeros64(uint64(t))]
			}
			p := sigmoid(z)
			weight := e.Weight
			if weight == 0 {
				weight = 1
			}
			residual, curve := -p, p*(1-p)*weight
			if e.Hit {
				residual = 1 - p
			}
			accumulate(e.Traits, residual*weight, curve, gradient[:], hessian)
		}
		for i := range n - 1 {
			gradient[i] -= ridge * w[i]
			hessian[i*n+i] += ridge
		}
		hessian[n*n-1] += 1e-9
		step := solve(hessian, gradient[:])
		for i := range w {
			w[i] += step[i]
		}
	}
	m := &Model{Base: w[n-1]}
	copy(m.Points[:], w[:numTraits])
	return m
}

func accumulate(t Traits, residual, curve float64, gradient, hessian []float64) {
	const n = numTraits + 1
	var at [n]int
	k := 0
	for ; t != 0; t &= t - 1 {
		at[k] = bits.TrailingZeros64(uint64(t))
		k++
	}
	at[k] = n - 1
	for _, i := range at[:k+1] {
		gradient[i] += residual
		for _, j := range at[:k+1] {
			hessian[i*n+j] += curve
		}
	}
}

// solve solves a symmetric positive system by elimination.
func solve(a, b []float64) []float64 {
	n := len(b)
	for i := range n {
		pivot := a[i*n+i]
		if pivot == 0 {
			continue
		}
		for j := i + 1; j < n; j++ {
			factor := a[j*n+i] / pivot
			if factor == 0 {
				continue
			}
			for k := i; k < n; k++ {
				a[j*n+k] -= factor * a[i*n+k]
			}
			b[j] -= factor * b[i]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		sum := b[i]
		for k := i + 1; k < n; k++ {
			sum -= a[i*n+k] * x[k]
		}
		if a[i*n+i] != 0 {
			x[i] = sum / a[i*n+i]
		}
	}
	return x
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
