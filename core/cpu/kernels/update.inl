// SPDX-License-Identifier: GPL-3.0-or-later
// The optimizers, by the formulas of training/optimizer.h. Plain loops: the compiler turns them into vectors.

void updateSgd(const Update& a) {
    const float* __restrict gradient = a.gradient;
    float* __restrict value = a.value;
    for (std::size_t i = 0; i < a.count; ++i)
        value[i] -= a.rate * (gradient[i] + a.decay * value[i]);
}

void updateMomentum(const Update& a) {
    const float* __restrict gradient = a.gradient;
    float* __restrict value = a.value;
    float* __restrict velocity = a.first;
    const float momentum = a.momentum;
    const float rate = a.rate;
    const float decay = a.decay;
    for (std::size_t i = 0; i < a.count; ++i) {
        velocity[i] = momentum * velocity[i] - rate * (gradient[i] + decay * value[i]);
        value[i] += velocity[i];
    }
}

void updateNesterov(const Update& a) {
    const float* __restrict gradient = a.gradient;
    float* __restrict value = a.value;
    float* __restrict velocity = a.first;
    const float momentum = a.momentum;
    const float rate = a.rate;
    const float decay = a.decay;
    for (std::size_t i = 0; i < a.count; ++i) {
        const float move = rate * (gradient[i] + decay * value[i]);
        velocity[i] = momentum * velocity[i] - move;
        value[i] += momentum * velocity[i] - move;
    }
}

void updateAdam(const Update& a) {
    const float* __restrict gradient = a.gradient;
    float* __restrict value = a.value;
    float* __restrict first = a.first;
    float* __restrict second = a.second;
    const float beta1 = a.beta1;
    const float beta2 = a.beta2;
    const float rate = a.rate;
    const float epsilon = a.epsilon;
    const float decay = a.decay;
    const float shrink = a.shrink;
    for (std::size_t i = 0; i < a.count; ++i) {
        const float before = value[i];
        const float g = gradient[i] + decay * before;
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        value[i] = (before - shrink * before) - rate * first[i] / (__builtin_sqrtf(second[i]) + epsilon);
    }
}

void update(const Update& a) {
    switch (a.rule) {
    case UpdateRule::Sgd:
        updateSgd(a);
        break;
    case UpdateRule::Momentum:
        updateMomentum(a);
        break;
    case UpdateRule::Nesterov:
        updateNesterov(a);
        break;
    case UpdateRule::Adam:
        updateAdam(a);
        break;
    }
}
