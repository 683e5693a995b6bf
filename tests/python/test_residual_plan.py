# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Plans of residuals against closed forms."""

import numpy as np
import pytest
from neuralvolume.fitting.residual_plan import (
    CODING_GAIN,
    HALF_STEP_SCALE,
    TYPICAL_SHARE,
    matching_half_step,
    plan_residual,
)

VALUES = 1_000_000


def test_uniform_errors_are_cut_to_the_step():
    errors = np.random.default_rng(0).uniform(-0.5, 0.5, 1 << 18).astype("f4")
    plan = plan_residual(errors, 1 / 32, VALUES)  # 16 steps of 1/16, those at the ends half as wide
    assert plan.psnr == pytest.approx(-10 * np.log10((1 / 16) ** 2 / 12), abs=0.05)
    assert plan.size == pytest.approx(CODING_GAIN * VALUES * (15 / 16 * 4 + 5 / 16) / 8, rel=0.01)
    assert plan.share == pytest.approx(15 / 16, abs=0.01)
    assert plan.is_worthwhile


def test_errors_within_half_a_step_cost_nothing():
    plan = plan_residual(np.array([0.1, -0.1, 0.1, -0.1], "f4"), 0.11, VALUES)
    assert plan.psnr == pytest.approx(20, abs=1e-4)
    assert (plan.size, plan.share, plan.is_worthwhile) == (0, 0, False)


def test_at_the_matching_half_step_bytes_are_worth_as_much_on_both_sides():
    """At high rate a quantiser of step d leaves d^2 / 12, and a bit a value quarters that."""
    weight = 1e-9
    half_step = matching_half_step(weight, VALUES, TYPICAL_SHARE)

    def left(bits):  # at `bits` a value more than the matching step takes
        return (2 * half_step) ** 2 / 12 * 0.25**bits

    byte = 8 / VALUES
    gain = left(0) - left(byte)
    assert gain == pytest.approx(1.7 * weight, rel=0.2)
    assert half_step == pytest.approx(HALF_STEP_SCALE * (weight * VALUES) ** 0.5)


def test_the_matching_half_step_is_wider_where_few_values_change():
    sparse, dense = (matching_half_step(1e-9, VALUES, share) for share in (1e-3, 0.1))
    assert sparse > 2 * dense
