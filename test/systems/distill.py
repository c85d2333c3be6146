# RUN: check_systems.py %nnc %s %t
"""The student learns from soft answers; the teacher is frozen, and no gradient reaches it."""
from systems import cross_entropy, labels, linear, log_softmax, mean, normal, rows, softmax


def test(p):
    small = {"large": 6, "small": 3}
    x, w = normal(3, 64), p.drawn(small)
    relu = lambda v: max(v, 0.0)
    teacher = linear(x, w["teacher.fc1.weight"], w["teacher.fc1.bias"]).map(relu)
    teacher = linear(teacher, w["teacher.fc2.weight"], w["teacher.fc2.bias"]).map(relu)
    teacher = linear(teacher, w["teacher.fc3.weight"], w["teacher.fc3.bias"])
    student = linear(x, w["student.0.weight"], w["student.0.bias"]).map(relu)
    student = linear(student, w["student.2.weight"], w["student.2.bias"])
    results = p.forward({"pixels": x}, weights=w, defines=small)
    p.same("teacher", results["teacher"], teacher)
    p.same("student", results["logits"], student)
    t = 4.0
    soft = [t * t * -sum(q * l for q, l in zip(softmax(v / t for v in b), log_softmax(v / t for v in a)))
            for a, b in zip(rows(student), rows(teacher))]
    inputs = {"pixels": x, "digit": labels(10, 3)}
    p.same("loss", p.loss(inputs, weights=w, defines=small), 0.9 * mean(soft) + 0.1 * cross_entropy(student, inputs["digit"]))
    after = p.run("step", inputs, weights=w, defines=small)
    p.holds("the student learns", after["student.0.weight"].values != w["student.0.weight"].values)
    p.holds("the teacher does not", not any(name in after and after[name].values != value.values
                                            for name, value in w.items() if name.startswith("teacher.")))
