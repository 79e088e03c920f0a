//! The layer that counts a request before its handler runs. It costs a round trip to the database, which for somebody
//! signed in is the one in which their session is looked up anyway.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use super::{
    Address, Bucket, Counted,
    gcra::{self, Standing, Whose},
    policy::Limiter,
};
use crate::{
    accounts::{self, Bearer, Caller, LookedUp},
    app::App,
    config::Rate,
    db,
    http::ApiError,
};

/// Counts the request and refuses it where it is one too many; tells the client how it stands.
pub(crate) async fn enforce(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let limiter = Limiter::of(request.method(), route);
    let limit = limiter.and_then(|limiter| Some((limiter, limiter.rate(&app.config().rate_limits)?)));
    let Some((limiter, rate)) = limit else { return Ok(next.run(request).await) };
    let standing = match count(&app, &mut request, limiter, rate).await {
        Ok(standing) => standing,
        Err(error) if error.is_outage() && limiter.lets_through_uncounted(request.method()) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a request was not counted");
            return Ok(next.run(request).await);
        }
        Err(error) => return Err(error.into()),
    };
    if !standing.allowed {
        return Err(ApiError::rate_limited(standing));
    }
    let mut response = next.run(request).await;
    standing.write(response.headers_mut());
    Ok(response)
}

async fn count(
    app: &App,
    request: &mut Request,
    limiter: Limiter,
    rate: Rate,
) -> Result<Standing, db::Error> {
    let header = app.config().client_ip_header.as_ref();
    let address = Address::of_request(request.headers(), request.extensions(), header);
    let bucket = |counted: Counted| counted.at(rate, app.keys());
    let (user, otherwise): (fn(_) -> Counted<'static>, _) = match limiter {
        Limiter::Auth => return count_address(app, &bucket(Counted::Auth(address))).await,
        Limiter::Registration => return count_address(app, &bucket(Counted::Registration(address))).await,
        Limiter::GuestHolds => return count_address(app, &bucket(Counted::GuestHolds(address))).await,
        Limiter::Booking => (Counted::Booking, bucket(Counted::BookingFrom(address))),
        Limiter::Api => (Counted::Api, bucket(Counted::ApiFrom(address))),
    };
    let Ok(bearer) = accounts::bearer(request.headers(), app) else {
        return count_address(app, &otherwise).await;
    };
    let (caller, standing) = count_user(app, bearer, &bucket(user(bearer.user)), &otherwise).await?;
    request.extensions_mut().insert(LookedUp(caller));
    Ok(standing)
}

async fn count_address(app: &App, bucket: &Bucket) -> Result<Standing, db::Error> {
    gcra::take(&app.connection().await?, bucket, app.now()).await
}

async fn count_user(
    app: &App,
    bearer: Bearer,
    signed_in: &Bucket,
    otherwise: &Bucket,
) -> Result<(Option<Caller>, Standing), db::Error> {
    let (connection, now) = (app.connection().await?, app.now());
    let whose = Whose { bearer: Some(bearer), signed_in, otherwise };
    tokio::try_join!(Caller::find(&connection, bearer, now), gcra::take_as(&connection, &whose, now))
}
