//! Something wanted, and the next small steps. Invariant: no state is an end, and each deed says who sees it.

use crate::Said;
use crate::answer::Answer;
use crate::args::{GoalDeed, StepDeed};
use crate::things::{delete_item, labels, rename_item, unless_none};
use crate::trouble::Trouble;
use crate::words::with_who_sees;
use alongside_core::companion::Companion;
use alongside_core::life::{Area, Goal, ItemRef, State, Step};
use serde_json::{Value, json};

pub(crate) fn goal(app: &mut Companion, what: GoalDeed) -> Said {
    match what {
        GoalDeed::Add { name, area } => {
            let area = area.as_deref().map(str::parse::<Area>).transpose();
            let area = area.map_err(Trouble::usage)?;
            let id = app.add_goal(&name.join(" "), area)?;
            said_of_goal(app, ItemRef::Goal(id), |name| format!("New: {name}."))
        }
        GoalDeed::List => goals(app),
        GoalDeed::State { goal, state } => {
            let state: State = state.parse().map_err(Trouble::usage)?;
            let item = ItemRef::Goal(app.find_goal(&goal)?.id);
            app.set_state(item, state)?;
            said_of_goal(app, item, |name| format!("{name}: {}.", state_said(state)))
        }
        GoalDeed::Area { goal, area } => {
            let wanted = unless_none(&area, |area| area.parse::<Area>().map_err(Trouble::usage))?;
            let found = app.find_goal(&goal)?;
            app.set_area(found.id, wanted.as_ref())?;
            let mut answer = Answer::says(match wanted {
                Some(area) => format!("{}: it is about {area}.", found.name),
                None => format!("{}: it is about no part of life by name.", found.name),
            });
            answer.say("Only you can see this.");
            Ok(answer)
        }
        GoalDeed::Rename { goal, name } => {
            let item = ItemRef::Goal(app.find_goal(&goal)?.id);
            rename_item(app, item, &name)
        }
        GoalDeed::Delete { goal } => {
            let item = ItemRef::Goal(app.find_goal(&goal.join(" "))?.id);
            delete_item(app, item)
        }
    }
}

fn said_of_goal(app: &mut Companion, item: ItemRef, said: impl FnOnce(&str) -> String) -> Said {
    let all = app.goals()?;
    let steps = app.steps()?;
    let found = all.iter().find(|one| ItemRef::Goal(one.id) == item);
    let (name, row) = match found {
        Some(goal) => (goal.name.clone(), goal_json(&goal.name, goal, &steps)),
        None => (String::new(), Value::Null),
    };
    let mut answer = with_who_sees(app, item, said(&name))?;
    answer.put("goal", row);
    Ok(answer)
}

fn goals(app: &mut Companion) -> Said {
    let all = app.goals()?;
    let steps = app.steps()?;
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("No goal is here yet.");
    }
    let mut rows = Vec::new();
    for (goal, label) in all.iter().zip(labels(&all, |one| &one.name)) {
        let area = goal.area.as_ref().map(|area| format!(" ({area})"));
        let area = area.unwrap_or_default();
        answer.item(format!("{label}{area}: {}", state_said(goal.state)));
        for step in steps.iter().filter(|step| step.goal == Some(goal.id)) {
            answer.raw(format!("  step: {}, {}", step.name, state_said(step.state)));
        }
        rows.push(goal_json(&label, goal, &steps));
    }
    answer.put("goals", rows);
    Ok(answer)
}

pub(crate) fn step(app: &mut Companion, what: StepDeed) -> Said {
    match what {
        StepDeed::Add { name, goal } => {
            let goal = goal.as_deref().map(|words| app.find_goal(words));
            let goal = goal.transpose()?.map(|goal| goal.id);
            let id = app.add_step(&name.join(" "), goal)?;
            said_of_step(app, ItemRef::Step(id), |name| format!("New: {name}."))
        }
        StepDeed::List => steps(app),
        StepDeed::State { step, state } => {
            let state: State = state.parse().map_err(Trouble::usage)?;
            let item = ItemRef::Step(app.find_step(&step)?.id);
            app.set_state(item, state)?;
            said_of_step(app, item, |name| format!("{name}: {}.", state_said(state)))
        }
        StepDeed::Goal { step, goal } => {
            let found = app.find_step(&step)?;
            let goal = unless_none(&goal, |words| Ok(app.find_goal(words)?))?;
            app.set_step_goal(found.id, goal.as_ref().map(|goal| goal.id))?;
            said_of_step(app, ItemRef::Step(found.id), |name| match goal {
                Some(goal) => format!("{name}: it is for {}.", goal.name),
                None => format!("{name}: it stands alone."),
            })
        }
        StepDeed::Rename { step, name } => {
            let item = ItemRef::Step(app.find_step(&step)?.id);
            rename_item(app, item, &name)
        }
        StepDeed::Delete { step } => {
            let item = ItemRef::Step(app.find_step(&step.join(" "))?.id);
            delete_item(app, item)
        }
    }
}

fn said_of_step(app: &mut Companion, item: ItemRef, said: impl FnOnce(&str) -> String) -> Said {
    let all = app.steps()?;
    let goals = app.goals()?;
    let found = all.iter().find(|one| ItemRef::Step(one.id) == item);
    let (name, row) = match found {
        Some(step) => (step.name.clone(), step_json(&step.name, step, &goals)),
        None => (String::new(), Value::Null),
    };
    let mut answer = with_who_sees(app, item, said(&name))?;
    answer.put("step", row);
    Ok(answer)
}

fn steps(app: &mut Companion) -> Said {
    let all = app.steps()?;
    let goals = app.goals()?;
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("No step is here yet.");
    }
    let mut rows = Vec::new();
    for (step, label) in all.iter().zip(labels(&all, |one| &one.name)) {
        answer.item(format!("{label}: {}", state_said(step.state)));
        rows.push(step_json(&label, step, &goals));
    }
    answer.put("steps", rows);
    Ok(answer)
}

/// Where a goal or step stands, in words.
pub(crate) fn state_said(state: State) -> &'static str {
    match state {
        State::Going => "going",
        State::Reached => "reached",
        State::Changed => "changed into something else",
        State::SetAside => "set aside",
    }
}

fn goal_json(label: &str, goal: &Goal, steps: &[Step]) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .filter(|step| step.goal == Some(goal.id))
        .map(|step| json!({"name": step.name, "state": step.state.to_string()}))
        .collect();
    json!({
        "name": label,
        "area": goal.area.as_ref().map(ToString::to_string),
        "state": goal.state.to_string(),
        "started": goal.started.to_string(),
        "steps": steps,
    })
}

fn step_json(label: &str, step: &Step, goals: &[Goal]) -> Value {
    let goal = goals.iter().find(|goal| Some(goal.id) == step.goal);
    json!({
        "name": label,
        "goal": goal.map(|goal| goal.name.as_str()),
        "state": step.state.to_string(),
        "started": step.started.to_string(),
    })
}
